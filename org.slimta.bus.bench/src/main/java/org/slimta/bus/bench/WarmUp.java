package org.slimta.bus.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slimta.bus.bench.work.Sample;

/**
 * The warm-up of a new JVM. Some contestants need five times as long as others until their code is compiled, and one
 * that is measured before that appears slower than it is. So each is loaded until it gets no faster.
 */
final class WarmUp {

    /** The length of one round. */
    static final long ROUND_MILLIS = 500;

    private static final double FASTER_FACTOR = 1.05;
    private static final int LEVEL_ROUNDS = 3;

    private final long minMillis;
    private final long maxMillis;
    private final List<Double> rates = new ArrayList<>();
    private double best;
    private int sinceFaster;

    WarmUp(long minMillis, long maxMillis) {
        this.minMillis = minMillis;
        this.maxMillis = maxMillis;
    }

    private long spentMillis() {
        return rates.size() * ROUND_MILLIS;
    }

    private boolean isLevel() {
        return sinceFaster >= LEVEL_ROUNDS;
    }

    boolean isNeeded() {
        return spentMillis() < minMillis || (!isLevel() && spentMillis() < maxMillis);
    }

    /** Whether a longer warm-up might have helped. */
    boolean isCutShort() {
        return !isLevel();
    }

    void add(Sample sample) {
        rates.add(sample.rate());
        sinceFaster = sample.rate() > best * FASTER_FACTOR ? 0 : sinceFaster + 1;
        best = Math.max(best, sample.rate());
    }

    @Override
    public String toString() {
        return rates.stream()
                .map(rate -> String.format(Locale.ROOT, "%,.0f", rate))
                .collect(Collectors.joining(" "));
    }
}
