package org.slimta.bus.nats.impl.jnats;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs the call-backs of the library, and so notices which messages it discards: because its queue is full, or because the thread that
 * publishes is interrupted. Then it calls back on that thread, before publishing returns, and tells it in no other way. Thread-safe.
 */
final class CallbackExecutor extends AbstractExecutorService {

    private final ExecutorService threads;

    /** Whether the library has called back; there is a value only while a thread publishes. Threads of users keep no class of this bundle. */
    private final ThreadLocal<Boolean> calledBack = new ThreadLocal<>();

    /**
     * For the call-backs of any number of connections.
     *
     * @param threads run them
     */
    CallbackExecutor(ExecutorService threads) {
        this.threads = threads;
    }

    /**
     * Publishes something on this thread.
     *
     * @param publishing calls the library
     * @return whether the library has kept it; if not, it is certainly not sent
     */
    boolean keeps(Runnable publishing) {
        calledBack.set(false);
        try {
            publishing.run();
            return !calledBack.get();
        } finally {
            calledBack.remove();
        }
    }

    @Override
    public void execute(Runnable callback) {
        if (calledBack.get() != null) {
            calledBack.set(true); // Whoever publishes gets to know it: nobody else needs to, and no thread.
        } else {
            threads.execute(callback);
        }
    }

    @Override
    public void shutdown() {
        threads.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return threads.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return threads.awaitTermination(timeout, unit);
    }
}
