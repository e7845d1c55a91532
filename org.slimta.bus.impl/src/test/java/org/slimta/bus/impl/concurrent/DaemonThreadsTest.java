package org.slimta.bus.impl.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.fixture.Await;

/** Threads of ours keep nothing of whoever needs them. */
class DaemonThreadsTest {

    private static final class Task implements Runnable {

        @Override
        public void run() {}
    }

    private static void assertKeepsNoTask(ThreadFactory threads) throws Exception {
        Task task = new Task();
        WeakReference<Task> kept = new WeakReference<>(task);
        Thread thread = threads.newThread(task);
        task = null;
        thread.start();
        thread.join();
        Await.collected("the task", kept);
        assertFalse(thread.isAlive());
    }

    @Test
    void aThreadThatHasEndedKeepsNoTask() throws Exception {
        assertKeepsNoTask(new DaemonThreads("daemon-test-"));
    }

    @Test
    void norDoesAVirtualOne() throws Exception {
        assertKeepsNoTask(VirtualThreads.orElse("daemon-test-", new DaemonThreads("daemon-test-")));
    }

    @Test
    void aThreadHasNothingOfItsMaker() throws Exception {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        inherited.set("of the maker");
        AtomicReference<Object> seen = new AtomicReference<>();
        AtomicReference<ClassLoader> loader = new AtomicReference<>();
        Thread thread = new DaemonThreads("daemon-test-").newThread(() -> {
            seen.set(inherited.get());
            loader.set(Thread.currentThread().getContextClassLoader());
        });
        assertTrue(thread.isDaemon());
        thread.start();
        thread.join();
        assertNull(seen.get());
        assertSame(ClassLoader.getSystemClassLoader(), loader.get());
    }

    @Test
    void anExceptionOfATaskReachesTheUncaughtExceptionHandler() throws Exception {
        AtomicReference<Throwable> told = new AtomicReference<>();
        Thread thread = new DaemonThreads("daemon-test-").newThread(() -> {
            throw new IllegalStateException("told");
        });
        thread.setUncaughtExceptionHandler((of, e) -> told.set(e));
        thread.start();
        thread.join();
        assertEquals("told", told.get().getMessage());
    }
}
