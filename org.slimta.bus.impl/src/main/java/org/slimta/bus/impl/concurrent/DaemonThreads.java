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
 * Makes daemon threads that keep nothing of whoever happens to need the first of them: neither its context class loader, nor
 * its inheritable thread locals, nor the protection domains on its stack. Otherwise the class loader of one user's bundle would
 * stay in memory for as long as the thread lives. Thread-safe.
 */
public final class DaemonThreads implements ThreadFactory {

    private final String prefix;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * A factory.
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
     * One thread.
     *
     * @param task what it runs
     * @param name its name
     * @return the thread, not started
     */
    @SuppressWarnings("removal")
    public static Thread newThread(Runnable task, String name) {
        Runnable releasing = runAndForget(task);
        // Until JDK 24 a thread keeps the access control context of its maker; a privileged action cuts that off.
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, releasing, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        });
    }

    /**
     * From JDK 19 on a thread keeps its task when it has ended, and somebody may keep the thread: Felix does, for good, if two
     * threads define the same class at the same time. What is kept then is a class of the JDK's that has let go of the task.
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
     * Runs something on a thread of its own and waits for it, so that whatever libraries keep in thread locals is not kept on
     * the caller's thread, and whatever the caller's thread is in (an interrupt, a class loader) does not get into libraries. An
     * interrupt does not cut the wait short, and stays set.
     *
     * @param <T> what it gives
     * @param name the name of the thread
     * @param task the task, which ends in a bounded time
     * @return what it gives
     * @throws IOException if the task fails with that
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
