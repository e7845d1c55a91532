package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Responses that leave a connection together, since the thread that sends them answers many in a row. Whatever it does meanwhile,
 * they leave soon. Thread-safe.
 */
final class ResponseBatch {

    /** How long a thread may take for a transaction, in nanoseconds, to be taken for one that answers many in a row. */
    private static final long QUICK = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int TOGETHER = 32;

    private final SocketServer<?, ?> server;
    private final Runnable flush;
    private final Runnable flushNow = this::flushNow;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * An empty one.
     *
     * @param flush writes what is to be written
     */
    ResponseBatch(SocketServer<?, ?> server, Runnable flush) {
        this.server = server;
        this.flush = flush;
    }

    /**
     * A response is to be written.
     *
     * @param time how long this thread has worked on it, in nanoseconds; or -1 if it was another thread
     * @return whether it will be; if not, it does not belong to a batch
     */
    boolean add(long time) {
        if (time < 0 || time > QUICK || server.inbox().isEmpty()) {
            return false;
        }
        int now = count.incrementAndGet();
        if (now >= TOGETHER) {
            flushNow();
        } else if (now == 1) {
            server.putOff(flushNow);
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
        server.forgetPutOff(flushNow);
    }
}
