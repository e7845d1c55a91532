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
