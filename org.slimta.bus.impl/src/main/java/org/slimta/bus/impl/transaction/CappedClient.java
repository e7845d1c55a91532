package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.concurrent.Deadlines;

/**
 * A client that can be told that a transaction has less time than its option {@code responseTimeout}. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public interface CappedClient<Q, R> extends BusClient<Q, R> {

    /** No limit but the client's own. */
    long NO_CAP = Long.MAX_VALUE;

    /**
     * Sends requests as {@link BusClient#sendRequest} does.
     *
     * @param requests what to send
     * @param maxNanos how long the transaction may take at most, in nanoseconds. With 0 or less nothing is sent, and the
     *     transaction fails with {@code EXPIRED}.
     * @return the transaction
     * @throws InterruptedException if the thread was interrupted while it waited; nothing was sent then
     */
    ClientTransaction<R> sendRequest(List<? extends Q> requests, long maxNanos) throws InterruptedException;

    @Override
    default ClientTransaction<R> sendRequest(List<? extends Q> requests) throws InterruptedException {
        return sendRequest(requests, NO_CAP);
    }

    /**
     * Sends requests with any client. One that knows no cap has its own time.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param to the client
     * @param requests what to send
     * @param maxNanos how long the transaction may take at most, in nanoseconds, or {@link #NO_CAP}
     * @return the transaction
     * @throws InterruptedException if the thread was interrupted while it waited; nothing was sent then
     */
    static <Q, R> ClientTransaction<R> send(BusClient<Q, R> to, List<? extends Q> requests, long maxNanos)
            throws InterruptedException {
        return to instanceof CappedClient<Q, R> capped ? capped.sendRequest(requests, maxNanos) : to.sendRequest(requests);
    }

    /**
     * The cap that a time is.
     *
     * @param timeLeft how much time there is, or null for no limit
     * @return nanoseconds, or {@link #NO_CAP}
     */
    static long cap(Duration timeLeft) {
        return timeLeft == null ? NO_CAP : Deadlines.nanos(timeLeft);
    }
}
