package org.slimta.bus.impl.status;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.FailureDTO;
import org.slimta.bus.impl.text.Excerpt;

/**
 * Counts how the transactions of one bus end, and how long they take, since the opening and in the last minute. Of each
 * period of 5 seconds the first 4,096 transactions are all timed, then a random one in sixteen, which counts for all
 * sixteen: reading the clock is most of the cost. Thread-safe.
 */
public final class Meter {

    private static final int ALL_TIMED = 4096;
    private static final int SAMPLE_INTERVAL = 16;
    private static final Set<Reason> ALL = Collections.unmodifiableSet(EnumSet.allOf(Reason.class));

    private record Failure(long time, Reason reason, Outcome outcome, String message) {}

    /** The failures of a client's transactions: all but those that it has cancelled itself. */
    public static final Set<Reason> OF_THE_SENDER =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Reason.CANCELLED)));

    /** The failures that a receiving end or its handlers are responsible for, and not the one that sent the requests. */
    public static final Set<Reason> OF_THE_RECEIVER = Collections.unmodifiableSet(EnumSet.of(
            Reason.HANDLER,
            Reason.MISMATCH,
            Reason.NO_CODEC,
            Reason.CODEC,
            Reason.OVERLOADED,
            Reason.EXPIRED,
            Reason.TIMEOUT));

    private final LongSupplier clock;
    private final Set<Reason> faults;
    private final LongAdder answered = new LongAdder();
    private final LongAdder[] failed = new LongAdder[Reason.values().length];
    private final Histogram times = new Histogram();
    private final LongAdder timed = new LongAdder(); // In this period.
    private final LastMinute lastMinute;
    private volatile boolean sampling; // Whether only some are timed.
    private volatile long lastAnswered; // Milliseconds since 1970, as of the end of the last period; 0 if none.
    private volatile Failure lastFailure;

    /** Creates a meter without counts. */
    public Meter() {
        this(ALL);
    }

    /**
     * Creates a meter without counts.
     *
     * @param faults the reasons that count as failures of a period; the others are counted only
     */
    public Meter(Set<Reason> faults) {
        this(System::nanoTime, faults);
    }

    /** Creates a meter that uses a clock. */
    Meter(LongSupplier clock, Set<Reason> faults) {
        this.clock = clock;
        this.faults = faults;
        for (int i = 0; i < failed.length; i++) {
            failed[i] = new LongAdder();
        }
        lastMinute = new LastMinute(clock.getAsLong(), counts(Histogram.Snapshot.EMPTY));
    }

    /**
     * Counts a transaction that has ended with responses.
     *
     * @param startNanos when it began, a time of {@link System#nanoTime()}
     */
    public void answered(long startNanos) {
        answered.increment();
        if (!sampling) {
            times.add(clock.getAsLong() - startNanos, 1);
            timed.increment();
            sampling = timed.sum() >= ALL_TIMED;
        } else if (ThreadLocalRandom.current().nextInt(SAMPLE_INTERVAL) == 0) {
            times.add(clock.getAsLong() - startNanos, SAMPLE_INTERVAL);
        }
    }

    /**
     * Counts a transaction that has failed.
     *
     * @param failure the failure, not null
     */
    public void failed(BusException failure) {
        failed(failure.reason(), failure.outcome(), failure.getMessage());
    }

    /**
     * Counts a transaction that has failed.
     *
     * @param reason the reason, not null
     * @param outcome the outcome, not null
     * @param message what happened, or null if that is not known
     */
    public void failed(Reason reason, Outcome outcome, String message) {
        failed[reason.ordinal()].increment();
        lastFailure = new Failure(System.currentTimeMillis(), reason, outcome, message);
    }

    /**
     * Counts a transaction as failed that was counted as answered: its responses could not be read or sent.
     *
     * @param failure the failure, not null
     */
    public void failedAfterAll(BusException failure) {
        answered.decrement();
        failed(failure);
    }

    /**
     * Returns how many transactions have failed for a reason.
     *
     * @param reason the reason, not null
     * @return their number
     */
    public long failures(Reason reason) {
        return failed[reason.ordinal()].sum();
    }

    /**
     * Begins the next period of 5 seconds. To be called by one thread at a time.
     *
     * @return how the transactions of the period that has ended went
     */
    public Period advance() {
        LastMinute.Counts before = lastMinute.latest();
        LastMinute.Counts now = counts(before.times());
        boolean some = now.answered() > before.answered();
        boolean failures = now.failed(faults) > before.failed(faults);
        boolean others = now.failed(ALL) > before.failed(ALL);
        now = some || others ? counts(times.snapshot()) : before; // The same object again takes no memory.
        lastMinute.record(clock.getAsLong(), now);
        timed.reset();
        sampling = false;
        if (some) {
            lastAnswered = System.currentTimeMillis();
        }
        return failures ? Period.FAILURES : some ? Period.RESPONSES : Period.NOTHING;
    }

    private LastMinute.Counts counts(Histogram.Snapshot snapshot) {
        long[] failures = new long[failed.length];
        for (int i = 0; i < failures.length; i++) {
            failures[i] = failed[i].sum();
        }
        return new LastMinute.Counts(answered.sum(), failures, snapshot);
    }

    /**
     * Reports the counts and the quantiles. Does not block.
     *
     * @param bus where to write them, not null
     */
    public void report(BusDTO bus) {
        LastMinute.Counts now = counts(times.snapshot());
        bus.answered = now.answered();
        Map<String, Long> reasons = new TreeMap<>();
        for (Reason reason : Reason.values()) {
            if (now.failed()[reason.ordinal()] > 0) {
                reasons.put(reason.name(), now.failed()[reason.ordinal()]);
            }
        }
        bus.failed = reasons;
        bus.latency50 = now.times().micros(0.5);
        bus.latency99 = now.times().micros(0.99);
        bus.latency999 = now.times().micros(0.999);
        bus.recent = lastMinute.report(clock.getAsLong(), now);
        bus.lastAnswered = now.answered() > lastMinute.latest().answered() ? System.currentTimeMillis() : lastAnswered;
        bus.lastFailure = lastFailure();
    }

    private FailureDTO lastFailure() {
        Failure last = lastFailure;
        if (last == null) {
            return null;
        }
        FailureDTO dto = new FailureDTO();
        dto.time = last.time();
        dto.reason = last.reason().name();
        dto.outcome = last.outcome().name();
        dto.message = last.message() == null ? "" : Excerpt.ofLine(last.message());
        return dto;
    }
}
