package org.slimta.bus.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens buses. In an OSGi container the factory is a service with one instance for each bundle that uses it: when the
 * bundle stops or releases the service, everything that it opened here is closed.
 *
 * <p>Thread-safe. Once the factory is closed, every method throws {@link IllegalStateException}.
 */
@ProviderType
public interface BusFactory {

    /**
     * Opens a bus inside this JVM with default options.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @return the open bus, never null
     */
    default <Q, R> LocalBus<Q, R> newLocal() {
        return newLocal(LocalOptions.defaults());
    }

    /**
     * Opens a bus inside this JVM: a bounded queue between threads. Requests and responses are passed by reference.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param options the options, not null
     * @return the open bus, never null
     */
    <Q, R> LocalBus<Q, R> newLocal(LocalOptions options);

    /**
     * Opens a server on a socket with default options.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the name or address of the interface to listen on, not null; {@code "0.0.0.0"} or {@code "::"} for
     *     all
     * @param port the TCP port, or 0 for any free one, which {@link BusServer#address()} returns
     * @param requestType the class that requests are decoded to, not null
     * @param responseType the class of the responses, not null
     * @return the listening server, never null
     * @throws BusException with {@link BusException.Reason#CONNECT} if the server cannot listen on the address
     */
    default <Q, R> BusServer<Q, R> newServer(String host, int port, Class<Q> requestType, Class<R> responseType)
            throws BusException {
        return newServer(host, port, requestType, responseType, ServerOptions.defaults());
    }

    /**
     * Opens a server on a socket. The codecs of the types need not be available yet.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the name or address of the interface to listen on, not null; {@code "0.0.0.0"} or {@code "::"} for
     *     all
     * @param port the TCP port, or 0 for any free one, which {@link BusServer#address()} returns
     * @param requestType the class that requests are decoded to, not null
     * @param responseType the class of the responses, not null
     * @param options the options, not null
     * @return the listening server, never null
     * @throws BusException with {@link BusException.Reason#CONNECT} if the server cannot listen on the address
     */
    <Q, R> BusServer<Q, R> newServer(
            String host, int port, Class<Q> requestType, Class<R> responseType, ServerOptions options)
            throws BusException;

    /**
     * Opens a client of a server on a socket with default options.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the server's name or address, not null
     * @param port the server's TCP port, 1 to 65535
     * @param requestType the class of the requests, not null
     * @param responseType the class that responses are decoded to, not null
     * @return the client, never null; it connects when there is something to send
     */
    default <Q, R> BusClient<Q, R> newClient(String host, int port, Class<Q> requestType, Class<R> responseType) {
        return newClient(host, port, requestType, responseType, ClientOptions.defaults());
    }

    /**
     * Opens a client of a server on a socket. The client connects when there is something to send, so neither the
     * server nor the codecs of the types need be available yet.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the server's name or address, not null
     * @param port the server's TCP port, 1 to 65535
     * @param requestType the class of the requests, not null
     * @param responseType the class that responses are decoded to, not null
     * @param options the options, not null
     * @return the client, never null
     */
    <Q, R> BusClient<Q, R> newClient(
            String host, int port, Class<Q> requestType, Class<R> responseType, ClientOptions options);

    /**
     * Opens a client of several servers on sockets, which chooses one of them for each transaction as
     * {@link ClientOptions#balance()} says. A server that cannot be reached, or is closing, rests for a while, and the
     * others take over what was not sent to it; a transaction fails with {@link BusException.Reason#CONNECT} only if
     * all have failed. The client connects when there is something to send.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param hosts the servers, each {@code host:port} with a name or an address; an IPv6 address in brackets. A name
     *     stands for all its addresses, each of which is a server of its own; the client looks it up again every 30 s
     *     while it sends, and after failures. Not null, at least one
     * @param requestType the class of the requests, not null
     * @param responseType the class that responses are decoded to, not null
     * @param options the options, not null
     * @return the client, never null
     * @throws IllegalArgumentException if there are no hosts, or one of them is not {@code host:port}
     */
    <Q, R> BusClient<Q, R> newClient(
            List<String> hosts, Class<Q> requestType, Class<R> responseType, ClientOptions options);

    /**
     * Creates a proxy that passes on transactions unchanged. A transaction that it passes on may take as long as the
     * one that it received has time left, and at most the {@code responseTimeout} of {@code to}.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from the bus to receive from, not null
     * @param to the bus to send to, not null
     * @return the proxy, never null; it does nothing until {@link BusProxy#run()} or {@link BusProxy#accept()} is
     *     called
     */
    default <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to) {
        return newProxy(from, to, BusFilter.passOn());
    }

    /**
     * Creates a proxy that passes transactions through a filter. A transaction that the filter sends may take as long
     * as the one that was received has time left, and at most the {@code responseTimeout} of {@code to}. The proxy does
     * not close the two buses; the code that opened them has to.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from the bus to receive from, not null
     * @param to the bus to send to, which is passed to the filter; not null
     * @param filter the filter for each transaction, not null
     * @return the proxy, never null; it does nothing until {@link BusProxy#run()} or {@link BusProxy#accept()} is
     *     called
     */
    <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter);

    /**
     * Passes the transactions of a server through filters, with default options for the local buses between them.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from the bus that the first filter receives from, not null
     * @param filters the filters in order, not null; if there are none, {@code from} itself is returned
     * @return the end of the chain, which receives what has passed every filter; never null
     */
    default <Q, R> BusServer<Q, R> newChain(BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters) {
        return newChain(from, filters, LocalOptions.defaults());
    }

    /**
     * Passes the transactions of a server through filters, one after the other, each on a thread of its own, with a
     * local bus behind each. A transaction that is passed on may take as long as the one that was received has time
     * left. The first filter sees the client of {@code from} as its peer, the others see {@code local}. Closing the
     * returned server closes {@code from} and the local buses.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from the bus that the first filter receives from, not null
     * @param filters the filters in order, not null; if there are none, {@code from} itself is returned
     * @param options the options of the local buses, of which the last is the one that is returned; not null
     * @return the end of the chain, which receives what has passed every filter; never null
     */
    <Q, R> BusServer<Q, R> newChain(
            BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters, LocalOptions options);
}
