package org.slimta.bus.impl.status;

import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.runtime.BusDTO;

/** Counts the transactions that are in flight at one moment, and finds the oldest. Not thread-safe. */
public final class InFlightCount {

    private final long now;
    private int count;
    private long oldestNanos;

    /**
     * Starts to count.
     *
     * @param now the time, by the clock of the starts
     */
    public InFlightCount(long now) {
        this.now = now;
    }

    /**
     * Counts a transaction.
     *
     * @param start when it began
     */
    public void add(long start) {
        count++;
        oldestNanos = Math.max(oldestNanos, now - start);
    }

    /**
     * Reports the number and the age of the oldest.
     *
     * @param bus receives the values
     */
    public void report(BusDTO bus) {
        bus.inFlight = count;
        bus.oldestInFlight = count == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(oldestNanos);
    }
}
