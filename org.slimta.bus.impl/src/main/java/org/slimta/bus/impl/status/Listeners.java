package org.slimta.bus.impl.status;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Listeners that are notified of changes. The failure of one does not affect the others. Thread-safe. */
public final class Listeners {

    private final BoundedLog log = new BoundedLog(Listeners.class);
    private final Set<Runnable> all = ConcurrentHashMap.newKeySet();
    private final String subject;

    /**
     * Creates an empty set of listeners.
     *
     * @param subject what changes, in the plural, for the log
     */
    public Listeners(String subject) {
        this.subject = subject;
    }

    /**
     * Adds a listener.
     *
     * @param listener called after each change, not null
     */
    public void add(Runnable listener) {
        all.add(listener);
    }

    /**
     * Removes a listener.
     *
     * @param listener what was added
     */
    public void remove(Runnable listener) {
        all.remove(listener);
    }

    /** Calls all listeners on this thread. What they throw is logged. */
    public void notifyListeners() {
        for (Runnable listener : all) {
            try {
                listener.run();
            } catch (Throwable e) {
                log.failed("A listener failed after a change of the " + subject, e);
            }
        }
    }
}
