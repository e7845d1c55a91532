package org.slimta.bus.impl.socket;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slimta.bus.impl.concurrent.Threads;

/**
 * The connections of a server whose responses were queued but not written, because the thread that sends them is about
 * to receive the next request. They are written when a thread finds no request, and soon in any case. Thread-safe.
 */
final class DeferredResponses {

    private final Set<Runnable> flushes = ConcurrentHashMap.newKeySet();
    private final Threads threads;

    DeferredResponses(Threads threads) {
        this.threads = threads;
    }

    /** Writes the responses of a connection later. */
    void add(Runnable flush) {
        flushes.add(flush);
        threads.runSoon(flush);
    }

    /** A connection has nothing more to write. */
    void remove(Runnable flush) {
        flushes.remove(flush);
    }

    /** Writes all responses now. */
    void flush() {
        if (!flushes.isEmpty()) {
            flushes.forEach(Runnable::run);
        }
    }
}
