package org.slimta.bus.impl.status;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;

/**
 * Whether the transactions of one bus work. It logs when they begin to fail, at once; when they fail for another reason;
 * every ten minutes that they still do; and when they work again, after a period of 5 seconds in which some were answered
 * and none failed. However often they fail and work in turns, that is at most 20 lines a minute. Thread-safe.
 */
public final class TransactionHealth {

    private static final long REMINDER_NANOS = TimeUnit.MINUTES.toNanos(10);

    /**
     * That transactions fail.
     *
     * @param since when they began to, in milliseconds since 1970 UTC
     * @param sinceNanos the same by the clock
     * @param reason the reason that was logged last
     * @param loggedNanos when that was, by the clock
     */
    private record Failing(long since, long sinceNanos, Reason reason, long loggedNanos) {

        Failing logged(Reason newReason, long now) {
            return new Failing(since, sinceNanos, newReason, now);
        }
    }

    private final Supplier<String> busName;
    private final BoundedLog log;
    private final LongSupplier clock;
    private final AtomicReference<Failing> failing = new AtomicReference<>(); // Null while transactions work.
    private final LongAdder failures = new LongAdder(); // Since they began to fail.

    /**
     * Creates the health of a new bus, which works.
     *
     * @param busName supplies the name of the bus, for the log
     * @param log where changes are logged
     */
    public TransactionHealth(Supplier<String> busName, Logger log) {
        this(busName, log, System::nanoTime);
    }

    /** Creates the health of a new bus by a clock. */
    TransactionHealth(Supplier<String> busName, Logger log, LongSupplier clock) {
        this.busName = busName;
        this.log = new BoundedLog(log);
        this.clock = clock;
    }

    /**
     * A transaction has failed. Throws nothing.
     *
     * @param reason the reason of its failure
     * @param message the message of its failure, or null if it is not known
     */
    public void failed(Reason reason, String message) {
        failures.increment();
        Failing before = failing.get();
        if (before != null && before.reason() == reason) {
            return;
        }
        long now = clock.getAsLong();
        Failing next =
                before == null ? new Failing(System.currentTimeMillis(), now, reason, now) : before.logged(reason, now);
        if (failing.compareAndSet(before, next)) {
            warn("Transactions " + (before == null ? "begin to fail (" : "fail for another reason now (") + reason
                    + "): " + (message == null ? "bus " + busName.get() : message));
        }
    }

    private void warn(String line) {
        try {
            log.warn(line, null);
        } catch (RuntimeException | Error e) {
            // The transaction must end, whatever the logger throws.
        }
    }

    /**
     * A period of 5 seconds has ended.
     *
     * @param period how its transactions went
     */
    public void advance(Period period) {
        Failing before = failing.get();
        if (before == null) {
            return;
        }
        long now = clock.getAsLong();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(now - before.sinceNanos());
        if (period == Period.RESPONSES) {
            long count = failures.sumThenReset();
            if (failing.compareAndSet(before, null)) {
                log.info("bus " + busName.get() + ": transactions work again; " + count + " failed within " + seconds
                        + " s");
            }
        } else if (period == Period.FAILURES
                && now - before.loggedNanos() >= REMINDER_NANOS
                && failing.compareAndSet(before, before.logged(before.reason(), now))) {
            warn("bus " + busName.get() + ": transactions still fail (" + before.reason() + "); " + failures.sum()
                    + " failed within " + seconds + " s");
        }
    }

    /**
     * Reports since when transactions fail.
     *
     * @param bus receives it
     */
    public void report(BusDTO bus) {
        bus.failingSince = failingSince();
    }

    /** {@return since when transactions fail, in milliseconds since 1970 UTC; 0 if they work} */
    long failingSince() {
        Failing now = failing.get();
        return now == null ? 0 : now.since();
    }
}
