package org.slimta.bus.impl.concurrent;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;

/** Creates virtual threads, which a JVM before 21 does not have. Thread-safe. */
final class VirtualThreads implements ThreadFactory {

    private static final int FIRST_JAVA_VERSION = 21;

    private final String name;
    private final ThreadFactory fallback;
    private volatile ThreadFactory created; // Set when the first thread is needed: most buses need none.

    private VirtualThreads(String name, ThreadFactory fallback) {
        this.name = name;
        this.fallback = fallback;
    }

    /** Returns a factory of virtual threads, or the fallback if the JVM has none. */
    static ThreadFactory orElse(String name, ThreadFactory fallback) {
        return Runtime.version().feature() < FIRST_JAVA_VERSION ? fallback : new VirtualThreads(name, fallback);
    }

    @Override
    public Thread newThread(Runnable task) {
        ThreadFactory factory = created;
        if (factory == null) {
            factory = make();
            created = factory;
        }
        Thread thread = factory.newThread(DaemonThreads.runAndForget(task));
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    private synchronized ThreadFactory make() {
        if (created != null) {
            return created;
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object named = type.getMethod("name", String.class, long.class).invoke(builder, name, 1L);
            Object clean = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(named, false);
            Method factory = type.getMethod("factory");
            return (ThreadFactory) factory.invoke(clean);
        } catch (ReflectiveOperationException e) {
            return fallback;
        }
    }
}
