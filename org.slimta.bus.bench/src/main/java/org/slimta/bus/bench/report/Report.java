package org.slimta.bus.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.work.Sample;
import org.slimta.bus.bench.work.Work;

/** The results as text: a table for each work, then a line for each ratio. */
public final class Report {

    private final StringBuilder text = new StringBuilder();
    private final List<String> ratios = new ArrayList<>();

    private Report() {}

    /**
     * Writes the report.
     *
     * @param header the text of the header
     * @param results the results
     * @return the text
     */
    public static String of(String header, Results results) {
        Report report = new Report();
        report.text.append(header);
        results.samples().forEach(report::table);
        if (!results.idleCosts().isEmpty()) {
            report.idle(results.idleCosts());
        }
        report.list("failed", results.failures());
        report.list("left out", results.absences());
        report.list("not warm", results.notes());
        report.line("");
        report.ratios.forEach(report::line);
        return report.text.toString();
    }

    private void list(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            line("");
            line(title);
            lines.forEach(each -> line("  " + each));
        }
    }

    private void table(Work work, Map<String, Sample> samples) {
        boolean latencies = work.latencyName() != null;
        line("");
        line(String.format("%-18s%16s%10s", work.title(), work.unit().title(), "bus is")
                + (latencies ? String.format("%12s%12s", "p50 us", "p99 us") : ""));
        Sample ours = samples.get(Contestants.OURS);
        samples.forEach((name, sample) -> {
            String rate =
                    format(work.unit().format(), sample.rate() * work.unit().perTransaction());
            String times = ours == null ? "" : format("%.2f x", ours.rate() / sample.rate());
            line(String.format("  %-16s%16s%10s", name, rate, times)
                    + (latencies ? format("%,12.1f%,12.1f", sample.p50(), sample.p99()) : ""));
            if (ours != null && !name.equals(Contestants.OURS)) {
                ratio(work.title(), name, ours.rate() / sample.rate());
                if (latencies) {
                    ratio(work.latencyName() + "-p50", name, ours.p50() / sample.p50());
                    ratio(work.latencyName() + "-p99", name, ours.p99() / sample.p99());
                }
            }
        });
        overNats(work, samples);
    }

    /** The bus over NATS beside NATS alone. Beside the bus over sockets it shows the cost of NATS, not that of the bus. */
    private void overNats(Work work, Map<String, Sample> samples) {
        Sample ours = samples.get(Contestants.OURS_OVER_NATS);
        Sample bare = samples.get(Contestants.NATS);
        if (ours != null && bare != null) {
            String pair = Contestants.OURS_OVER_NATS + "/" + Contestants.NATS;
            ratio(work.title(), pair, ours.rate() / bare.rate());
            if (work.latencyName() != null) {
                ratio(work.latencyName() + "-p50", pair, ours.p50() / bare.p50());
                ratio(work.latencyName() + "-p99", pair, ours.p99() / bare.p99());
            }
        }
    }

    private void idle(Map<String, IdleCost> costs) {
        line("");
        line(String.format(
                "%-18s%16s%16s%8s%18s%18s",
                "idle", "alone, tx/s", "beside 1,000", "ratio", "bytes an unused", "bytes a used"));
        IdleCost ours = costs.get(Contestants.OURS);
        costs.forEach((name, cost) -> {
            double kept = cost.beside() / cost.alone();
            line(String.format("  %-16s", name)
                    + format(
                            "%,16.0f%,16.0f%8.2f%,18.0f%,18.0f",
                            cost.alone(), cost.beside(), kept, cost.unusedHeap(), cost.usedHeap()));
            if (name.equals(Contestants.OURS)) {
                ratio("idle-1000", "alone", kept);
            } else if (ours != null) {
                ratio("idle-heap-unused", name, ours.unusedHeap() / cost.unusedHeap());
                ratio("idle-heap-used", name, ours.usedHeap() / cost.usedHeap());
            }
        });
    }

    private void ratio(String work, String peer, double value) {
        ratios.add(format("ratio %s %s %.3f", work, peer, value));
    }

    private static String format(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}
