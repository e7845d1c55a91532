package org.slimta.bus.shell;

import java.time.Duration;
import java.time.LocalTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;

/** Command {@code slimta-bus:watch}, which shows the rates of the buses at intervals. */
@Component(
        service = WatchCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=watch"})
public final class WatchCommand {

    private static final String HELP = """
            Shows the rates of the buses at intervals.

            usage:    slimta-bus:watch [--every 1s] [--count 10] [NAME...]
            example:  slimta-bus:watch --every 5s --count 60 relay

              --every TIME   the length of an interval, such as 500ms, 1s or 2m; default 1s
              --count N      the number of intervals, default 10; 0 to go on until Ctrl-C or the end of the session
              NAME...        the buses, default all

            ANSWERED/S and FAILED/S are transactions per second in the interval. IN FLIGHT and QUEUED are counts at its
            end. P99 is the 99th percentile of the latency since the bus was opened, not of the interval alone.
            """;
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);
    private static final int DEFAULT_COUNT = 10;
    private static final int NAME_WIDTH = 12;
    private static final int FIGURE_WIDTH = 10;

    private final BusRuntime runtime;

    /** Identifies a bus. Of several with the same name the first has the occurrence 1, the second 2 and so on. */
    private record Key(String name, int occurrence) {}

    /** The buses at one moment. */
    private record Snapshot(long nanos, Map<Key, BusDTO> buses) {

        boolean has(String name) {
            return buses.containsKey(new Key(name, 1));
        }

        /**
         * {@return the keys of all buses with a name; one key if there is none, so that a closed bus is still listed}
         */
        List<Key> keys(String name) {
            return has(name)
                    ? buses.keySet().stream()
                            .filter(key -> name.equals(key.name()))
                            .toList()
                    : List.of(new Key(name, 1));
        }
    }

    /**
     * Creates the command.
     *
     * @param runtime reports the buses and services, not null
     */
    @Activate
    public WatchCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints rates until the number of intervals is reached, the thread is interrupted, or the session ends.
     *
     * @param session the session that reads the output, not null
     * @param arguments options and the names of buses, or {@code --help}
     * @throws CommandException if there is no bus of one of the names, or the arguments are wrong
     */
    @Descriptor("shows the rates of the buses at intervals")
    public void watch(
            CommandSession session, @Descriptor("[--every 1s] [--count 10] [NAME...], or --help") String... arguments)
            throws CommandException {
        Arguments.run(HELP, Set.of("--every=", "--count="), arguments, given -> {
            Duration interval = given.duration("--every", DEFAULT_INTERVAL);
            int count = given.number("--count", DEFAULT_COUNT);
            List<String> names = given.positional(0, Integer.MAX_VALUE);
            Snapshot first = snapshot();
            for (String name : names) {
                if (!first.has(name)) {
                    throw NoSuchBus.of(name, first.buses().values());
                }
            }
            try {
                watch(first, interval, count == 0 ? Integer.MAX_VALUE : count, names, new Output(session));
            } catch (InterruptedException e) {
                // The interrupt was meant for this command only: the flag is not set again.
                System.out.println("interrupted");
            }
        });
    }

    private void watch(Snapshot first, Duration interval, int count, List<String> names, Output output)
            throws InterruptedException {
        int width = first.buses().keySet().stream()
                .mapToInt(key -> key.name().length())
                .max()
                .orElse(0);
        System.out.print(table(width).withTitles());
        Snapshot previous = first;
        for (int i = 1; i <= count && output.await(previous.nanos() + interval.toNanos()); i++) {
            Snapshot now = snapshot();
            Table table = table(width);
            Collection<Key> keys = names.isEmpty()
                    ? now.buses().keySet()
                    : names.stream().flatMap(name -> now.keys(name).stream()).toList();
            for (Key key : keys) {
                row(table, key.name(), previous.buses().get(key), now.buses().get(key), now.nanos() - previous.nanos());
            }
            if (now.buses().isEmpty() && names.isEmpty()) {
                table.row(time(), "no bus", null, null, null, null, null);
            }
            System.out.print(table.withoutTitles());
            previous = now;
        }
    }

    private Snapshot snapshot() {
        Map<Key, BusDTO> buses = new LinkedHashMap<>();
        Map<String, Integer> occurrences = new HashMap<>();
        for (BusDTO bus : runtime.getRuntimeDTO().buses) {
            buses.put(new Key(bus.name, occurrences.merge(bus.name, 1, Integer::sum)), bus);
        }
        return new Snapshot(System.nanoTime(), buses);
    }

    private static Table table(int width) {
        return new Table()
                .left("TIME", "00:00:00".length())
                .left("NAME", Math.max(width, NAME_WIDTH))
                .right("ANSWERED/S", FIGURE_WIDTH)
                .right("FAILED/S", FIGURE_WIDTH)
                .right("IN FLIGHT", FIGURE_WIDTH)
                .right("QUEUED", FIGURE_WIDTH)
                .right("P99", FIGURE_WIDTH);
    }

    private static void row(Table table, String name, BusDTO previous, BusDTO now, long nanos) {
        if (now == null) {
            table.row(time(), name, "gone", null, null, null, null);
            return;
        }
        String answered = rate(previous == null ? 0 : previous.answered, now.answered, nanos);
        String failed =
                rate(previous == null ? 0 : Format.failures(previous.failed), Format.failures(now.failed), nanos);
        table.row(time(), name, answered, failed, now.inFlight, now.queued, Format.latency(now.latency99));
    }

    private static String time() {
        return String.format(Locale.ROOT, "%tT", LocalTime.now());
    }

    /** {@return the increase per second. A count that has decreased belongs to a bus that was opened again} */
    static String rate(long previous, long now, long nanos) {
        long increase = now < previous ? now : now - previous;
        return String.format(Locale.ROOT, "%.1f", (double) increase * TimeUnit.SECONDS.toNanos(1) / Math.max(nanos, 1));
    }
}
