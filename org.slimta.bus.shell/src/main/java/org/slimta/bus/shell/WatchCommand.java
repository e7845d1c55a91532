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

/** Command {@code slimta-bus:watch}: how much passes over the buses, again and again. */
@Component(
        service = WatchCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=watch"})
public final class WatchCommand {

    private static final String HELP =
            """
            Shows how much passes over the buses, again and again.

            usage:    slimta-bus:watch [--every 1s] [--count 10] [NAME...]
            example:  slimta-bus:watch --every 5s --count 60 relay

              --every TIME   how long an interval is: 500ms, 1s, 2m; 1s if not said
              --count N      how many intervals, 10 if not said; 0 for no end but Ctrl-C or that of the session
              NAME...        which buses, all if not said

            ANSWERED/S and FAILED/S are transactions a second in the interval, IN FLIGHT and QUEUED are how many there are at
            its end. P99 is what 99 of 100 transactions took at most since the bus was opened, not in the interval alone.
            """;
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int COUNT = 10;
    private static final int NAME_WIDTH = 12;
    private static final int FIGURE_WIDTH = 10;

    private final BusRuntime runtime;

    /** A bus: of several with one name the first, the second and so on. */
    private record Key(String name, int occurrence) {}

    /** The buses at one moment. */
    private record Snapshot(long nanos, Map<Key, BusDTO> buses) {

        boolean has(String name) {
            return buses.containsKey(new Key(name, 1));
        }

        /** Those of a name; one that is gone is still named. */
        List<Key> keys(String name) {
            return has(name)
                    ? buses.keySet().stream().filter(key -> name.equals(key.name())).toList()
                    : List.of(new Key(name, 1));
        }
    }

    /**
     * The command.
     *
     * @param runtime tells what there is, not null
     */
    @Activate
    public WatchCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints figures until it has done so often enough, is interrupted, or nobody is there to read them.
     *
     * @param session for whom it prints, not null
     * @param arguments options and the names of buses, or {@code --help}
     */
    @Descriptor("shows how much passes over the buses, again and again")
    public void watch(
            CommandSession session,
            @Descriptor("[--every 1s] [--count 10] [NAME...], or --help") String... arguments) {
        Arguments.run(HELP, Set.of("--every", "--count"), arguments, given -> {
            Duration every = given.duration("--every", EVERY);
            int count = given.number("--count", COUNT);
            List<String> names = given.rest(0, Integer.MAX_VALUE);
            Snapshot first = snapshot();
            for (String name : names) {
                if (!first.has(name)) {
                    throw ShowCommand.noSuchBus(name, first.buses().values().toArray(BusDTO[]::new));
                }
            }
            try {
                watch(first, every, count == 0 ? Integer.MAX_VALUE : count, names, new Output(session));
            } catch (InterruptedException e) {
                // Whoever interrupts wants this command to end, and nothing else: the flag is not set again.
                System.out.println("interrupted");
            }
        });
    }

    private void watch(Snapshot first, Duration every, int count, List<String> names, Output output)
            throws InterruptedException {
        int width = first.buses().keySet().stream().mapToInt(key -> key.name().length()).max().orElse(0);
        System.out.print(table(width).withTitles());
        Snapshot before = first;
        for (int i = 1; i <= count && output.await(before.nanos() + every.toNanos()); i++) {
            Snapshot now = snapshot();
            Table table = table(width);
            Collection<Key> keys =
                    names.isEmpty() ? now.buses().keySet() : names.stream().flatMap(name -> now.keys(name).stream()).toList();
            for (Key key : keys) {
                row(table, key.name(), before.buses().get(key), now.buses().get(key), now.nanos() - before.nanos());
            }
            if (now.buses().isEmpty() && names.isEmpty()) {
                table.row(time(), "no bus", null, null, null, null, null);
            }
            System.out.print(table.withoutTitles());
            before = now;
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

    private static void row(Table table, String name, BusDTO before, BusDTO now, long nanos) {
        if (now == null) {
            table.row(time(), name, "gone", null, null, null, null);
            return;
        }
        String answered = rate(before == null ? 0 : before.answered, now.answered, nanos);
        String failed = rate(before == null ? 0 : Format.failed(before), Format.failed(now), nanos);
        table.row(time(), name, answered, failed, now.inFlight, now.queued, Format.latency(now.latency99));
    }

    private static String time() {
        return String.format(Locale.ROOT, "%tT", LocalTime.now());
    }

    /** Each second. A count that went back belongs to a bus that was opened again. */
    static String rate(long before, long now, long nanos) {
        long more = now < before ? now : now - before;
        return String.format(Locale.ROOT, "%.1f", (double) more * TimeUnit.SECONDS.toNanos(1) / Math.max(nanos, 1));
    }
}
