package org.slimta.bus.api;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The end of a bus that receives requests. Thread-safe: several threads may receive at once, and any thread may answer
 * a transaction.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface BusServer<Q, R> extends AutoCloseable {

    /**
     * {@return the name of the server in messages and logs: the one from its options, or one made from its kind and
     * address; never null}
     */
    String name();

    /**
     * {@return the address that the server listens on, with the actual port if port 0 was requested; or null for a
     * server inside the JVM}
     */
    InetSocketAddress address();

    /**
     * Waits for a transaction for at most the option {@code receiveTimeout}.
     *
     * @return the next transaction, never null
     * @throws BusException with {@link BusException.Reason#TIMEOUT} if none arrived in time, with
     *     {@link BusException.Reason#CLOSED} if the server is closed and all requests that it had accepted were
     *     received; never because of what a client sent
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException;

    /**
     * Waits for a transaction for at most the given time.
     *
     * @param timeout how long to wait, not null; zero or less to return or fail immediately
     * @return the next transaction, never null
     * @throws BusException for the same reasons as {@link #recvRequest()}
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException;

    /**
     * Passes each request to a handler, at most 256 at once: the same as {@link #serve(RequestHandler, int)} with 256.
     *
     * @param handler answers the requests, not null; see {@link RequestHandler} for what it may do
     * @return closes the registration; never null
     * @throws IllegalStateException if the server has a handler already, is closed, or is a configured one
     */
    default HandlerRegistration serve(RequestHandler<Q, R> handler) {
        return serve(handler, 256);
    }

    /**
     * Passes each request to a handler, on threads of the server, until the registration or the server is closed. The
     * calls of the handler may block; further requests wait in the queue of the server. A transaction counts as running
     * until the stage that the handler returned is complete, or its client has gone or its time is over. When the server
     * is closed, the handler still gets what the server has accepted, for at most the option {@code drainTimeout}.
     * Returns at once.
     *
     * <p>The threads are daemon threads: they do not keep the JVM running after its {@code main} method has returned.
     *
     * @param handler answers the requests, not null; see {@link RequestHandler} for what it may do. If it fails, or does
     *     not return one response for each request, its transaction fails, and that is logged.
     * @param maxConcurrentHandlers how many transactions the handler may process at once, 1 or more
     * @return closes the registration; never null
     * @throws IllegalArgumentException if {@code maxConcurrentHandlers} is less than 1
     * @throws IllegalStateException if the server has a handler already or is closed; or if it belongs to a configured
     *     bus, whose handlers are services
     */
    HandlerRegistration serve(RequestHandler<Q, R> handler, int maxConcurrentHandlers);

    /**
     * Closes the server: accepts no more requests, lets those that were accepted be received and answered for at most
     * the option {@code drainTimeout}, and then closes. Transactions that are unanswered by then fail with
     * {@link BusException.Reason#CLOSED} at their clients. Requests that no thread had received are not lost if the
     * client keeps connections: it sends them over another connection, or holds them until the server is available
     * again. Threads that wait for a request, if there is none, are woken immediately. Clients on sockets have up to 5
     * s more to read the last responses.
     *
     * <p>Blocks until the server is closed. An interrupt cuts the draining short; the interrupt flag remains set. A
     * second call waits for the first.
     */
    @Override
    void close();
}
