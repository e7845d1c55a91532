package org.slimta.bus.bench.report;

import java.util.Locale;
import java.util.Map;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.work.Sample;
import org.slimta.bus.bench.work.Work;

/** A bar chart of the rates, with a group for each work; the longest bar of a group is its best rate. */
public final class Chart {

    private static final int WIDTH = 760;
    private static final int LEFT = 110;
    private static final int LONGEST_BAR = 520;
    private static final int BAR = 14;
    private static final int STEP = 19;
    private static final int HEADING = 34;

    private final StringBuilder svg = new StringBuilder();
    private int y = 44;

    private Chart() {}

    /**
     * Draws the chart.
     *
     * @param results the results
     * @return an SVG document
     */
    public static String of(Results results) {
        Chart chart = new Chart();
        chart.text(12, 24, "title", "Rates, higher is better; the longest bar of each group is the best");
        results.samples().forEach(chart::group);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img">
                <title>Rates of slimta.bus and its peers</title>
                <style>
                text { font: 12px system-ui, sans-serif; fill: #24292f; }
                .title { font-size: 14px; font-weight: 600; }
                .work { font-weight: 600; }
                .ours { font-weight: 600; }
                .name { text-anchor: end; }
                .page { fill: #ffffff; }
                .bar { fill: #a8b3bf; }
                .our-bar { fill: #1a7f37; }
                @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; }
                .page { fill: #0d1117; }
                .bar { fill: #545d68; }
                .our-bar { fill: #3fb950; }
                }
                </style>
                <rect class="page" width="%1$d" height="%2$d" rx="6"/>
                """.formatted(WIDTH, chart.y + 12) + chart.svg + "</svg>\n";
    }

    private void group(Work work, Map<String, Sample> samples) {
        double best = samples.values().stream().mapToDouble(Sample::rate).max().orElse(1);
        y += HEADING;
        text(12, y - 10, "work", work.title() + ", " + work.unit().title());
        samples.forEach((name, sample) -> {
            boolean ours = name.equals(Contestants.OURS);
            String style = ours ? "ours" : "peer";
            long length = Math.max(1, Math.round(sample.rate() / best * LONGEST_BAR));
            text(LEFT - 8, y + BAR - 3, "name " + style, name);
            svg.append(String.format(
                    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\"/>%n",
                    ours ? "our-bar" : "bar", LEFT, y, length, BAR));
            String figure = String.format(
                    Locale.ROOT,
                    work.unit().format(),
                    sample.rate() * work.unit().perTransaction());
            text((int) (LEFT + length + 6), y + BAR - 3, style, figure);
            y += STEP;
        });
    }

    private void text(int x, int baseline, String style, String words) {
        svg.append(String.format("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n", style, x, baseline, words));
    }
}
