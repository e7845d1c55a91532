package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.concurrent.Deadlines;

/**
 * A client whose transactions can be given less time than its option {@code responseTimeout}. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public interface CappedClient<Q, R> extends BusClient<Q, R> {

    /** Only the client's own limit applies. */
    long NO_CAP = Long.MAX_VALUE;

    /**
     * Sends requests like {@link BusClient#sendRequest(List, Headers)}.
     *
     * @param requests the requests
     * @param headers their headers
     * @param maxNanos the maximum time for the transaction, in nanoseconds. If it is 0 or less, nothing is sent and the
     *     transaction fails with {@code EXPIRED}.
     * @return the transaction
     * @throws InterruptedException if the thread was interrupted while it waited; then nothing was sent
     */
    ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers, long maxNanos)
            throws InterruptedException;

    @Override
    default ClientTransaction<R> sendRequest(List<? extends Q> requests) throws InterruptedException {
        return sendRequest(requests, Headers.none());
    }

    @Override
    default ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers) throws InterruptedException {
        return sendRequest(requests, headers, NO_CAP);
    }

    /**
     * Sends requests over any client. A client that is not a {@code CappedClient} uses its own time limit.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param to the client
     * @param requests the requests
     * @param headers their headers
     * @param maxNanos the maximum time for the transaction, in nanoseconds, or {@link #NO_CAP}
     * @return the transaction
     * @throws InterruptedException if the thread was interrupted while it waited; then nothing was sent
     */
    static <Q, R> ClientTransaction<R> send(
            BusClient<Q, R> to, List<? extends Q> requests, Headers headers, long maxNanos)
            throws InterruptedException {
        return to instanceof CappedClient<Q, R> capped
                ? capped.sendRequest(requests, headers, maxNanos)
                : to.sendRequest(requests, headers);
    }

    /**
     * Converts a remaining time to a cap.
     *
     * @param timeLeft the remaining time, or null for no limit
     * @return nanoseconds, or {@link #NO_CAP}
     */
    static long cap(Duration timeLeft) {
        return timeLeft == null ? NO_CAP : Deadlines.nanos(timeLeft);
    }
}
