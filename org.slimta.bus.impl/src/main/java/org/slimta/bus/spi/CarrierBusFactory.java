package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;

/**
 * Makes clients and servers over carriers. A service of the provider, one for each bundle: what a bundle has opened and not closed
 * is closed when it releases the service. Thread-safe.
 */
@ProviderType
public interface CarrierBusFactory {

    /**
     * Makes a client. Sends nothing yet.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param carrier brings the requests to a server; closed with the client
     * @param requestType type of the requests
     * @param responseType type of the responses
     * @param options the options; see {@link CarriedClient#reconfigure}
     * @return the client, to be closed by the caller
     */
    <Q, R> CarriedClient<Q, R> newClient(
            Carrier carrier, Class<Q> requestType, Class<R> responseType, ClientOptions options);

    /**
     * Makes a server, to which a carrier brings requests.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param address where the carrier takes requests from, for messages and statistics, such as {@code nats:relay}
     * @param requestType type of the requests
     * @param responseType type of the responses
     * @param options the options; see {@link CarriedServer#reconfigure}
     * @return the server, to be closed by the caller, after the carrier has stopped bringing requests
     */
    <Q, R> CarriedServer<Q, R> newServer(
            String address, Class<Q> requestType, Class<R> responseType, ServerOptions options);
}
