package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A timer whose time a test moves. Not thread-safe. */
final class ManualTimer implements BiConsumer<Duration, Runnable> {

    private final TreeMap<Long, Runnable> due = new TreeMap<>();
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3); // It wraps around soon, as that of the JVM may.
    private long elapsed;

    @Override
    public void accept(Duration delay, Runnable task) {
        long at = elapsed + delay.toNanos();
        while (due.containsKey(at)) {
            at++;
        }
        due.put(at, task);
    }

    long now() {
        return now;
    }

    /** How many tasks are to be run. */
    int size() {
        return due.size();
    }

    /** Lets time pass, and runs what is due in it. */
    void pass(long millis) {
        long end = elapsed + TimeUnit.MILLISECONDS.toNanos(millis);
        Map.Entry<Long, Runnable> next;
        while ((next = due.firstEntry()) != null && next.getKey() <= end) {
            due.remove(next.getKey());
            now += next.getKey() - elapsed;
            elapsed = next.getKey();
            next.getValue().run();
        }
        now += end - elapsed;
        elapsed = end;
    }
}
