package org.slimta.bus.impl.transaction;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;

/** Virtual threads, which a JVM before 21 does not have. */
final class VirtualThreads {

    private VirtualThreads() {}

    /** Makes virtual threads, or else others. */
    static ThreadFactory orElse(String name, ThreadFactory others) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object named = type.getMethod("name", String.class, long.class).invoke(builder, name, 1L);
            Object clean = type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(named, false);
            Method factory = type.getMethod("factory");
            ThreadFactory virtual = (ThreadFactory) factory.invoke(clean);
            return task -> {
                Thread thread = virtual.newThread(DaemonThreads.runAndForget(task));
                thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
                return thread;
            };
        } catch (ReflectiveOperationException e) {
            return others;
        }
    }
}
