package org.slimta.bus.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slimta.bus.bench.work.Sample;

/**
 * The warming up of a new JVM. Some contestants need five times as long as others until they are compiled, and who is measured
 * before that looks slower than it is: so each is loaded until that makes it no faster.
 */
final class Heating {

    /** How long one round is, in milliseconds. */
    static final long ROUND = 500;

    private static final double FASTER = 1.05;
    private static final int LEVEL = 3;

    private final long least;
    private final long most;
    private final List<Double> rates = new ArrayList<>();
    private double best;
    private int sinceFaster;

    Heating(long least, long most) {
        this.least = least;
        this.most = most;
    }

    private long spent() {
        return rates.size() * ROUND;
    }

    private boolean isLevel() {
        return sinceFaster >= LEVEL;
    }

    boolean isNeeded() {
        return spent() < least || !isLevel() && spent() < most;
    }

    /** Whether more of it might have helped. */
    boolean isCutShort() {
        return !isLevel();
    }

    void add(Sample sample) {
        rates.add(sample.rate());
        sinceFaster = sample.rate() > best * FASTER ? 0 : sinceFaster + 1;
        best = Math.max(best, sample.rate());
    }

    @Override
    public String toString() {
        return rates.stream().map(rate -> String.format(Locale.ROOT, "%,.0f", rate)).collect(Collectors.joining(" "));
    }
}
