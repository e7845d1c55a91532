package org.slimta.bus.shell;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.RecentDTO;

/** Prints the statistics of a bus in a table: since it was opened, and of the last minute. */
final class Statistics {

    private static final long ALMOST_A_MINUTE = TimeUnit.SECONDS.toMillis(55);

    private Statistics() {}

    static void print(BusDTO bus, Times times) {
        RecentDTO recent = bus.recent;
        Table table = new Table()
                .left("", "last response".length())
                .right("SINCE OPENING")
                .right(
                        recent.millis == 0 || recent.millis >= ALMOST_A_MINUTE
                                ? "LAST MINUTE"
                                : "LAST " + TimeUnit.MILLISECONDS.toSeconds(recent.millis) + " S");
        table.row("answered", bus.answered, recent.answered);
        table.row("failed", Format.failures(bus.failed), Format.failures(recent.failed));
        reasons(bus)
                .forEach(reason -> table.row(
                        "  " + reason, bus.failed.getOrDefault(reason, 0L), recent.failed.getOrDefault(reason, 0L)));
        Duration open = bus.opened == 0 ? Duration.ZERO : times.left(bus.opened).negated();
        table.row("answered/s", rate(bus.answered, open), Format.rate(recent.answeredPerSecond));
        table.row("failed/s", rate(Format.failures(bus.failed), open), Format.rate(recent.failedPerSecond));
        if (bus.latency50 >= 0) {
            latency(table, "50 % within", bus.latency50, recent.latency50);
            latency(table, "99 % within", bus.latency99, recent.latency99);
            latency(table, "99.9 % within", bus.latency999, recent.latency999);
        }
        Lines.table(table);
    }

    /** {@return the count for each second of a time; null if that is less than a second} */
    private static String rate(long count, Duration time) {
        return time.toSeconds() < 1 ? null : Format.rate((double) count / time.toSeconds());
    }

    private static void latency(Table table, String label, long all, long recent) {
        table.row(label, Format.latency(all), Format.latency(recent));
    }

    /** {@return the reasons of failures, the most frequent first} */
    private static Iterable<String> reasons(BusDTO bus) {
        Set<String> reasons = new HashSet<>(bus.failed.keySet());
        reasons.addAll(bus.recent.failed.keySet());
        return reasons.stream()
                .sorted(Comparator.<String>comparingLong(reason -> -bus.failed.getOrDefault(reason, 0L))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }
}
