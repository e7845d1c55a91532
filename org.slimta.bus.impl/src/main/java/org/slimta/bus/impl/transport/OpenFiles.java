package org.slimta.bus.impl.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** What the operating system lets this process open. */
public final class OpenFiles {

    private static final long UNKNOWN = -1;

    /** How many a process may need beside connections, at least. */
    private static final int OTHERS = 64;

    private OpenFiles() {}

    /**
     * How many files, sockets among them, may be open at once. The JDK tells that on Unix, if its module jdk.management is there,
     * on which nothing else here depends.
     *
     * @return the number, or -1 if it is not known
     */
    public static long most() {
        try {
            ClassLoader system = ClassLoader.getSystemClassLoader();
            Object bean = system.loadClass("java.lang.management.ManagementFactory")
                    .getMethod("getOperatingSystemMXBean")
                    .invoke(null);
            Class<?> unix = system.loadClass("com.sun.management.UnixOperatingSystemMXBean");
            return unix.isInstance(bean)
                    ? (Long) unix.getMethod("getMaxFileDescriptorCount").invoke(bean)
                    : UNKNOWN;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return UNKNOWN;
        }
    }

    /**
     * Tells whether there may be too many connections for this process: it would accept them until nothing else can be opened.
     *
     * @param maxConnections how many there may be
     * @return what is wrong and what helps; null if there are enough, or if that is not known
     */
    public static String shortage(int maxConnections) {
        long most = most();
        return most == UNKNOWN || maxConnections <= most - OTHERS
                ? null
                : "maxConnections is " + maxConnections + ", but this process may open no more than " + most
                        + " files, connections among them; raise that (ulimit -n), or lower maxConnections";
    }

    /**
     * Closes a socket. The JDK needs two descriptors when it does so for the first time, and can never close one if there are
     * none left then.
     *
     * @throws IOException if none can be opened
     */
    public static void closeOne() throws IOException {
        SocketChannel.open().close();
    }
}
