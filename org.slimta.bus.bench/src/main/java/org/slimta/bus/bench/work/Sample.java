package org.slimta.bus.bench.work;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The result of one round, or the medians of several rounds.
 *
 * @param rate transactions a second
 * @param p50 the median of their latencies in microseconds
 * @param p99 the 99th percentile of their latencies in microseconds
 */
public record Sample(double rate, double p50, double p99) {

    /**
     * Returns the medians.
     *
     * @param samples the results of one or more rounds
     * @return the median of each figure
     */
    public static Sample median(List<Sample> samples) {
        return new Sample(median(samples, Sample::rate), median(samples, Sample::p50), median(samples, Sample::p99));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * Parses what {@link #line()} returned.
     *
     * @param line three figures
     * @return the sample
     */
    public static Sample parse(String line) {
        String[] figures = line.split(" ");
        return new Sample(
                Double.parseDouble(figures[0]), Double.parseDouble(figures[1]), Double.parseDouble(figures[2]));
    }

    /** {@return the three figures as text, for another process} */
    public String line() {
        return String.format(Locale.ROOT, "%.6f %.3f %.3f", rate, p50, p99);
    }
}
