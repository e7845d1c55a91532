package org.slimta.bus.impl.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The number of files that the operating system lets this process open. */
public final class OpenFiles {

    private static final long UNKNOWN = -1;

    /** The number of files that a process needs beside connections, at least. */
    private static final int OTHER_FILES = 64;

    private OpenFiles() {}

    /**
     * The number of files, including sockets, that may be open at once. The JDK knows it on Unix, if its module
     * jdk.management is present; nothing else here depends on that module.
     *
     * @return the number; -1 if it is not known
     */
    public static long limit() {
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
     * Checks whether a server may accept more connections than this process can open: it would accept them until it can
     * open nothing else.
     *
     * @param maxConnections the number of connections that the server accepts at most
     * @return the problem and the remedy; null if there is no problem, or if the limit is not known
     */
    public static String shortage(int maxConnections) {
        long limit = limit();
        return limit == UNKNOWN || maxConnections <= limit - OTHER_FILES
                ? null
                : "maxConnections is " + maxConnections + ", but this process may open at most " + limit
                        + " files, including connections; raise that limit (ulimit -n) or lower maxConnections";
    }

    /**
     * Opens and closes a socket. The JDK needs two file descriptors when it closes a socket for the first time; if none
     * is left then, it can never close one.
     *
     * @throws IOException if no socket can be opened
     */
    public static void closeOne() throws IOException {
        SocketChannel.open().close();
    }
}
