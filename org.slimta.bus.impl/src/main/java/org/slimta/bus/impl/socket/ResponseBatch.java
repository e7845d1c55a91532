package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.impl.transaction.Inbox;

/**
 * Responses that leave a connection together, since the thread that sends them answers many in a row. Whatever it does meanwhile,
 * they leave soon. Thread-safe.
 */
final class ResponseBatch {

    /** How long a thread may take for a transaction, in nanoseconds, to be taken for one that answers many in a row. */
    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int MAX_RESPONSES = 32;

    private final Inbox<?, ?> inbox;
    private final DeferredResponses deferred;
    private final Runnable flush;
    private final Runnable flushNow = this::flushNow;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * A batch of one connection, which is empty.
     *
     * @param inbox the requests of the server
     * @param deferred the connections that have such a batch
     * @param flush writes the responses
     */
    ResponseBatch(Inbox<?, ?> inbox, DeferredResponses deferred, Runnable flush) {
        this.inbox = inbox;
        this.deferred = deferred;
        this.flush = flush;
    }

    /**
     * A response is to be written.
     *
     * @param time how long this thread has worked on it, in nanoseconds; or -1 if it was another thread
     * @return whether it will be; if not, it does not belong to a batch
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

    /** The count goes back first: what is put off from then on has this called again. */
    private void flushNow() {
        close();
        count.set(0);
        flush.run();
    }

    /** Nothing will be written any more. */
    void close() {
        deferred.remove(flushNow);
    }
}
