package org.slimta.bus.api;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The end of a bus that receives requests. Thread-safe: several threads may receive at once, and a transaction may be
 * answered by another thread than the one that received it.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
@ProviderType
public interface BusServer<Q, R> extends AutoCloseable {

    /**
     * Names the server in messages and logs.
     *
     * @return the name from its options, or one made from its kind and address; never null
     */
    String name();

    /**
     * Tells where the server listens, with the port that was picked if 0 was asked for.
     *
     * @return the address, or null for a server inside the JVM
     */
    InetSocketAddress address();

    /**
     * Waits for a transaction, as long as the option {@code receiveTimeout} says.
     *
     * @return the next transaction, never null
     * @throws BusException with {@code TIMEOUT} if none came in time, with {@code CLOSED} once the server is closed and
     *     all it had taken in was handed out; never for what a client sent
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException;

    /**
     * Waits for a transaction.
     *
     * @param timeout how long to wait at most, not null; zero or less looks once
     * @return the next transaction, never null
     * @throws BusException as {@link #recvRequest()}
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException;

    /**
     * Takes in no more requests, lets those taken in be received and answered for as long as the option
     * {@code drainTimeout} says, then closes. What is unanswered by then fails with {@code CLOSED} at its client, but what no
     * thread had received is sent elsewhere by a client that keeps connections, or waits there for the server to come back.
     * Threads that wait for a request when there is none are woken at once. Clients on sockets have up to 5 s more to take
     * the last answers.
     *
     * <p>Blocks until closed. An interrupt cuts the draining short and stays set. A second call waits for the first.
     */
    @Override
    void close();
}
