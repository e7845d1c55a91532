package org.slimta.bus.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** The open files and sockets of this JVM. They show that a server has noticed new and closed connections. */
final class Descriptors {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private Descriptors() {}

    static long count() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount();
    }

    /** Waits until the number is in a range, but not for long: a server may also close idle connections. */
    static void await(long min, long max) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        for (long open = count(); (open < min || open > max) && System.nanoTime() - deadline < 0; open = count()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
