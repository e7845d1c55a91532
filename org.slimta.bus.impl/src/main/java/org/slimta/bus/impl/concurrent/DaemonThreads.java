package org.slimta.bus.impl.concurrent;

import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates daemon threads that keep no references to the thread that happened to need the first of them: not to its
 * context class loader, its inheritable thread locals, or the protection domains on its stack. Otherwise the class
 * loader of one user's bundle would stay in memory as long as the thread lives. Thread-safe.
 */
public final class DaemonThreads implements ThreadFactory {

    private final String prefix;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Creates a factory.
     *
     * @param prefix the beginning of the names of the threads; a number follows
     */
    public DaemonThreads(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable task) {
        return newThread(task, prefix + count.incrementAndGet());
    }

    /**
     * Creates one thread.
     *
     * @param task the task of the thread
     * @param name the name of the thread
     * @return the thread, not started
     */
    @SuppressWarnings("removal")
    public static Thread newThread(Runnable task, String name) {
        Runnable releasing = runAndForget(task);
        // Until JDK 24 a thread keeps the access control context of its creator; a privileged action prevents that.
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, releasing, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        });
    }

    /**
     * Wraps a task so that it can be collected as soon as it has run. From JDK 19 on, a thread keeps a reference to its
     * task after it has ended, and the thread itself may be kept: Felix keeps it for good if two threads define the
     * same class at the same time. With the wrapper, only a class of the JDK that has released the task is kept.
     */
    static Runnable runAndForget(Runnable task) {
        return new FutureTask<>(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        Thread thread = Thread.currentThread();
                        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                    }
                },
                null);
    }

    /**
     * Runs a task on a new thread and waits for it. So what libraries keep in thread locals does not stay with the
     * caller's thread, and the state of the caller's thread (an interrupt, a class loader) does not reach the
     * libraries. An interrupt does not end the wait, and stays set.
     *
     * @param <T> type of the result
     * @param name the name of the thread
     * @param task the task; it ends in a bounded time
     * @return the result of the task
     * @throws IOException if the task fails with one
     */
    public static <T> T call(String name, Callable<T> task) throws IOException {
        FutureTask<T> running = new FutureTask<>(task);
        newThread(running, name).start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
