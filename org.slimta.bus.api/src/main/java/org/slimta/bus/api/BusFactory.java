package org.slimta.bus.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens buses. In an OSGi container it is a service, one instance for each bundle that uses it: when that bundle stops
 * or lets go of the service, everything it opened here is closed.
 *
 * <p>Thread-safe. After it was closed every method throws {@link IllegalStateException}.
 */
@ProviderType
public interface BusFactory {

    /**
     * Opens a bus inside this JVM with default options.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @return the bus, open
     */
    default <Q, R> LocalBus<Q, R> newLocal() {
        return newLocal(LocalOptions.defaults());
    }

    /**
     * Opens a bus inside this JVM: a bounded queue between threads. Requests and responses pass by reference.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param options its options, not null
     * @return the bus, open
     */
    <Q, R> LocalBus<Q, R> newLocal(LocalOptions options);

    /**
     * Opens a server on a socket with default options.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the name or address of the interface to listen on, not null; {@code "0.0.0.0"} or {@code "::"} for all
     * @param port the TCP port, 0 to have one picked: {@link BusServer#address()} tells
     * @param requestType what requests are decoded to, not null
     * @param responseType what responses are, not null
     * @return the server, listening
     * @throws BusException with {@code CONNECT} if the address cannot be listened on
     */
    default <Q, R> BusServer<Q, R> newServer(String host, int port, Class<Q> requestType, Class<R> responseType)
            throws BusException {
        return newServer(host, port, requestType, responseType, ServerOptions.defaults());
    }

    /**
     * Opens a server on a socket. The codecs of the types need not be there yet.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the name or address of the interface to listen on, not null; {@code "0.0.0.0"} or {@code "::"} for all
     * @param port the TCP port, 0 to have one picked: {@link BusServer#address()} tells
     * @param requestType what requests are decoded to, not null
     * @param responseType what responses are, not null
     * @param options its options, not null
     * @return the server, listening
     * @throws BusException with {@code CONNECT} if the address cannot be listened on
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
     * @param requestType what requests are, not null
     * @param responseType what responses are decoded to, not null
     * @return the client; it connects when there is something to send
     */
    default <Q, R> BusClient<Q, R> newClient(String host, int port, Class<Q> requestType, Class<R> responseType) {
        return newClient(host, port, requestType, responseType, ClientOptions.defaults());
    }

    /**
     * Opens a client of a server on a socket. It connects when there is something to send, so the server need not be
     * there yet, nor the codecs of the types.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param host the server's name or address, not null
     * @param port the server's TCP port, 1 to 65535
     * @param requestType what requests are, not null
     * @param responseType what responses are decoded to, not null
     * @param options its options, not null
     * @return the client
     */
    <Q, R> BusClient<Q, R> newClient(
            String host, int port, Class<Q> requestType, Class<R> responseType, ClientOptions options);

    /**
     * Makes a proxy that passes on what it receives, unchanged. What it passes on has the time that is left of what it
     * received, and at most the {@code responseTimeout} of {@code to}.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from where it receives, not null
     * @param to where it sends, not null
     * @return the proxy; it does nothing until {@link BusProxy#run()} or {@link BusProxy#accept()} is called
     */
    default <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to) {
        return newProxy(from, to, BusFilter.passOn());
    }

    /**
     * Makes a proxy that passes what it receives through a filter. What the filter sends has the time that is left of what
     * was received, and at most the {@code responseTimeout} of {@code to}. The proxy does not own the two buses: whoever
     * opened them closes them.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from where it receives, not null
     * @param to what the filter is given to send with, not null
     * @param filter what is done with each transaction, not null
     * @return the proxy; it does nothing until {@link BusProxy#run()} or {@link BusProxy#accept()} is called
     */
    <Q, R> BusProxy newProxy(BusServer<Q, R> from, BusClient<Q, R> to, BusFilter<Q, R> filter);

    /**
     * Runs what a server receives through filters, with default options for the local buses between.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from where the first filter receives, not null
     * @param filters the filters in order; may be empty, then {@code from} itself is returned
     * @return the end of the chain: what passed every filter is received here
     */
    default <Q, R> BusServer<Q, R> newChain(BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters) {
        return newChain(from, filters, LocalOptions.defaults());
    }

    /**
     * Runs what a server receives through filters, one after the other, each on a thread of its own, with a local bus
     * behind each. What is passed on has the time that is left of what was received. The peer that a filter sees is the
     * client of {@code from} for the first one, and {@code local} for those behind it. Closing the server that it returns
     * closes {@code from} and all between.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param from where the first filter receives, not null
     * @param filters the filters in order; may be empty, then {@code from} itself is returned
     * @param options options of the local buses between, of which the last is received from; not null
     * @return the end of the chain: what passed every filter is received here
     */
    <Q, R> BusServer<Q, R> newChain(
            BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters, LocalOptions options);
}
