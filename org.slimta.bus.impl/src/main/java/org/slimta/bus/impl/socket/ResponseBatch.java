package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.impl.transaction.Inbox;

/**
 * Responses that are written to a connection together, because the thread that sends them answers many requests in
 * succession. Whatever that thread does next, they are written soon. Thread-safe.
 */
final class ResponseBatch {

    /** A thread that needs at most this long for a transaction is expected to answer many in succession. */
    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int MAX_RESPONSES = 32;

    private final Inbox<?, ?> inbox;
    private final DeferredResponses deferred;
    private final Runnable flush;
    private final Runnable flushNow = this::flushNow;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Creates the empty batch of one connection.
     *
     * @param inbox the requests of the server
     * @param deferred the connections that have a batch
     * @param flush writes the responses
     */
    ResponseBatch(Inbox<?, ?> inbox, DeferredResponses deferred, Runnable flush) {
        this.inbox = inbox;
        this.deferred = deferred;
        this.flush = flush;
    }

    /**
     * Adds a response that was queued.
     *
     * @param time how long this thread has worked on it, in nanoseconds; -1 if another thread has
     * @return whether the batch writes it; if not, the caller has to
     */
    boolean add(long time) {
        if (time < 0 || time > QUICK_NANOS || inbox.isEmpty()) {
            return false;
        }
        int now = count.incrementAndGet();
        if (now >= MAX_RESPONSES) {
            flushNow();
        } else if (now == 1) {
            deferred.add(flushNow);
        }
        return true;
    }

    /** The count is reset before the flush: a response that is added from then on schedules the next call. */
    private void flushNow() {
        close();
        count.set(0);
        flush.run();
    }

    /** Nothing more will be written. */
    void close() {
        deferred.remove(flushNow);
    }
}
