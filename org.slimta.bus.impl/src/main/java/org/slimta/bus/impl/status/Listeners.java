package org.slimta.bus.impl.status;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is to hear of each change of something. One that fails keeps nobody else from hearing of it. Thread-safe. */
public final class Listeners {

    private final BoundedLog log = new BoundedLog(Listeners.class);
    private final Set<Runnable> all = ConcurrentHashMap.newKeySet();
    private final String subject;

    /**
     * Nobody listens yet.
     *
     * @param subject what changes, for the log
     */
    public Listeners(String subject) {
        this.subject = subject;
    }

    /**
     * Calls a listener at each change from now on.
     *
     * @param listener what to call
     */
    public void add(Runnable listener) {
        all.add(listener);
    }

    /**
     * Calls a listener no more.
     *
     * @param listener what was added
     */
    public void remove(Runnable listener) {
        all.remove(listener);
    }

    /** Something has changed: calls all of them, on this thread. */
    public void tell() {
        for (Runnable listener : all) {
            try {
                listener.run();
            } catch (Throwable e) {
                log.failed("What follows from a change of the " + subject + " failed", e);
            }
        }
    }
}
