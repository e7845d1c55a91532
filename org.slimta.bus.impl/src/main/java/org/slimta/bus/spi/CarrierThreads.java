package org.slimta.bus.spi;

import java.util.concurrent.ThreadFactory;
import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.impl.concurrent.DaemonThreads;

/**
 * Makes daemon threads that keep nothing of the thread that happened to need them: no class loader of a bundle that may be replaced.
 * Thread-safe.
 */
@ProviderType
public final class CarrierThreads implements ThreadFactory {

    private final DaemonThreads threads;

    /**
     * Creates a factory.
     *
     * @param prefix the beginning of the names of the threads; a number follows. Not null
     */
    public CarrierThreads(String prefix) {
        this.threads = new DaemonThreads(prefix);
    }

    @Override
    public Thread newThread(Runnable task) {
        return threads.newThread(task);
    }
}
