package org.slimta.bus.impl.tls;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What takes its time in handshakes, one after the other, so that many handshakes at once leave processors for connections that
 * are past theirs. It holds no more than one task for each connection. Thread-safe.
 */
final class HandshakeQueue {

    private static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    /**
     * Has a task run.
     *
     * @param task the task; must not throw
     * @param threads where
     */
    void execute(Runnable task, Executor threads) {
        waiting.add(task);
        next(threads);
    }

    private void next(Executor threads) {
        while (!waiting.isEmpty()) {
            if (running.incrementAndGet() > AT_ONCE) {
                if (running.getAndDecrement() > AT_ONCE) {
                    return;
                }
                continue; // One has come to its end meanwhile.
            }
            Runnable task = waiting.poll();
            if (task == null) {
                running.decrementAndGet();
                continue;
            }
            threads.execute(() -> {
                try {
                    task.run();
                } finally {
                    running.decrementAndGet();
                    next(threads);
                }
            });
        }
    }
}
