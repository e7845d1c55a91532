package org.slimta.bus.bench.work;

import java.util.Arrays;
import java.util.Collection;

/** The last latencies of one sequence of transactions, in memory that is allocated beforehand. Not thread-safe. */
final class Latencies {

    private static final int TOTAL = 1 << 20;
    private static final double NANOS_PER_MICRO = 1_000;

    private final int[] nanos;
    private long count;

    /**
     * Allocates the memory.
     *
     * @param sequences the number of sequences that share the total
     */
    Latencies(int sequences) {
        nanos = new int[TOTAL / Integer.highestOneBit(sequences)];
    }

    void add(long latency) {
        nanos[(int) (count++ & nanos.length - 1)] = (int) Math.min(latency, Integer.MAX_VALUE);
    }

    long count() {
        return count;
    }

    /** The sample of several sequences that ran for the same time. */
    static Sample sample(Collection<Latencies> sequences, long elapsed) {
        int[] all = new int[sequences.stream().mapToInt(Latencies::kept).sum()];
        long transactions = 0;
        int filled = 0;
        for (Latencies sequence : sequences) {
            System.arraycopy(sequence.nanos, 0, all, filled, sequence.kept());
            filled += sequence.kept();
            transactions += sequence.count;
        }
        if (filled == 0) {
            throw new IllegalStateException("not one transaction ended in time");
        }
        Arrays.sort(all);
        return new Sample(
                transactions * 1e9 / elapsed,
                all[filled / 2] / NANOS_PER_MICRO,
                all[(int) (filled * 99L / 100)] / NANOS_PER_MICRO);
    }

    private int kept() {
        return (int) Math.min(count, nanos.length);
    }
}
