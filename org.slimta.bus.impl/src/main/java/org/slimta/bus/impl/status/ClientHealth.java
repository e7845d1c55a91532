package org.slimta.bus.impl.status;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.text.Excerpt;

/**
 * Whether the transactions of one client work. It logs when they begin to fail, at once, and when they work again, after
 * a period of 5 seconds in which some were answered and none failed: however often they fail and work in turns, that
 * is at most one pair of lines in 5 seconds. Thread-safe.
 */
public final class ClientHealth {

    /**
     * That transactions fail.
     *
     * @param since when they began to, in milliseconds since 1970 UTC
     * @param sinceNanos the same by the clock
     */
    private record Failing(long since, long sinceNanos) {}

    private final Supplier<String> busName;
    private final Logger log;
    private final LongSupplier clock;
    private final AtomicReference<Failing> failing = new AtomicReference<>(); // Null while transactions work.
    private final LongAdder failures = new LongAdder(); // Since they began to fail.

    /**
     * Creates the health of a new client, which works.
     *
     * @param busName supplies the name of the client, for the log
     * @param log where changes are logged
     */
    public ClientHealth(Supplier<String> busName, Logger log) {
        this(busName, log, System::nanoTime);
    }

    /** Creates the health of a new client by a clock. */
    ClientHealth(Supplier<String> busName, Logger log, LongSupplier clock) {
        this.busName = busName;
        this.log = log;
        this.clock = clock;
    }

    /**
     * A transaction has failed. Throws nothing.
     *
     * @param failure its failure
     */
    public void failed(BusException failure) {
        failures.increment();
        if (failing.get() == null
                && failing.compareAndSet(null, new Failing(System.currentTimeMillis(), clock.getAsLong()))) {
            try {
                log.warn("Transactions begin to fail ({}): {}", failure.reason(), Excerpt.ofLine(failure.getMessage()));
            } catch (RuntimeException | Error e) {
                // The transaction must end, whatever the logger throws.
            }
        }
    }

    /**
     * A period of 5 seconds has ended.
     *
     * @param period how its transactions went
     */
    public void advance(Period period) {
        Failing before = failing.get();
        if (before == null || period != Period.RESPONSES) {
            return;
        }
        long count = failures.sumThenReset();
        if (failing.compareAndSet(before, null)) {
            log.info(
                    "bus {}: transactions work again; {} failed within {} s",
                    busName.get(),
                    count,
                    TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong() - before.sinceNanos()));
        }
    }

    /** {@return since when transactions fail, in milliseconds since 1970 UTC; 0 if they work} */
    public long failingSince() {
        Failing now = failing.get();
        return now == null ? 0 : now.since();
    }
}
