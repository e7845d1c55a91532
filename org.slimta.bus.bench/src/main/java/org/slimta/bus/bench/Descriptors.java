package org.slimta.bus.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** The files and sockets that this JVM has open. That is how a server is seen to have noticed its connections come and go. */
final class Descriptors {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private Descriptors() {}

    static long count() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount();
    }

    /** Waits until there are that many, but not for long: a server may also close what is idle. */
    static void await(long least, long most) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE;
        for (long open = count(); (open < least || open > most) && System.nanoTime() - deadline < 0; open = count()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
