package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** What the operating system lets this process open. */
final class OpenFiles {

    /** What is not known. */
    static final long UNKNOWN = -1;

    private OpenFiles() {}

    /**
     * How many files, sockets among them, may be open at once. The JDK tells that on Unix, if its module jdk.management is there,
     * on which nothing else here depends.
     *
     * @return the number, or {@link #UNKNOWN}
     */
    static long most() {
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
     * Closes a socket. The JDK needs two descriptors when it does so for the first time, and can never close one if there are
     * none left then.
     *
     * @throws IOException if none can be opened
     */
    static void closeOne() throws IOException {
        SocketChannel.open().close();
    }
}
