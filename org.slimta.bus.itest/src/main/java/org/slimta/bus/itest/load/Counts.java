package org.slimta.bus.itest.load;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What became of transactions, for all revisions of the bundle: it is kept where all of them, and others, find it. Thread-safe. */
final class Counts {

    private static final String KEY = "org.slimta.bus.itest.counts";
    private static final int MAX_FAILURES = 10;

    private final Map<String, Long> counts;

    private Counts(Map<String, Long> counts) {
        this.counts = counts;
    }

    @SuppressWarnings("unchecked")
    static Counts ofThisJvm() {
        return new Counts((Map<String, Long>)
                System.getProperties().computeIfAbsent(KEY, key -> new ConcurrentHashMap<String, Long>()));
    }

    void sent() {
        counts.merge("sent", 1L, Long::sum);
    }

    void answered() {
        counts.merge("answered", 1L, Long::sum);
    }

    void refused() {
        counts.merge("refused", 1L, Long::sum);
    }

    void failed(String why) {
        counts.merge("failed", 1L, Long::sum);
        if (counts.size() < MAX_FAILURES) {
            counts.merge("failed: " + why, 1L, Long::sum);
        }
    }
}
