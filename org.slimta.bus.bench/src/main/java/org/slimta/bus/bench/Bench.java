package org.slimta.bus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.bench.contestant.Certificate;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.report.Chart;
import org.slimta.bus.bench.report.Header;
import org.slimta.bus.bench.report.Report;
import org.slimta.bus.bench.report.Results;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Work;

/** Measures the bus beside its peers, and prints the results. */
public final class Bench {

    private Bench() {}

    /**
     * Runs the measurements.
     *
     * @param args see {@link Arguments#usage()}
     * @throws IOException if the results cannot be written
     */
    public static void main(String[] args) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (arguments.help()) {
            System.out.print(Arguments.usage());
            return;
        }
        System.exit(run(arguments) ? 0 : 1);
    }

    private static boolean run(Arguments arguments) throws IOException {
        List<String> flags = List.of(
                "-Xms512m",
                "-Xmx2g",
                "-XX:+UseParallelGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dbench.serverThreads=" + arguments.serverThreads());
        Results results = new Results();
        List<String> present = present(arguments.contestants(), results);
        List<String> all = new ArrayList<>(flags);
        all.add(Certificate.get().flag()); // Not for the header: it names a file of this run.
        try (RunningContestants running = new RunningContestants(all, arguments.otherBuild())) {
            new Tournament(arguments.pace(), running, results, System.err).measure(arguments.works(), present);
        }
        Pace pace = arguments.pace();
        String rounds = "medians of " + pace.rounds() + " of " + pace.millis() + " ms, taken in turns, after "
                + pace.warmUpRounds() + " to warm up";
        String report = Report.of(Header.of(flags, rounds, participants(arguments.works(), present)), results);
        System.out.print(report);
        if (arguments.writeDocs()) {
            Path docs = Files.createDirectories(Path.of("docs"));
            Files.writeString(docs.resolve("performance.txt"), report);
            Files.writeString(docs.resolve("performance.svg"), Chart.of(results));
        }
        return results.failures().isEmpty();
    }

    /** The contestants that have all they need. The others are noted. */
    private static List<String> present(List<String> names, Results results) {
        List<String> present = new ArrayList<>();
        for (String name : names) {
            String missing = Contestants.of(name).missing();
            if (missing == null) {
                present.add(name);
            } else {
                System.err.println(name + " is left out: " + missing);
                results.addAbsence(name, missing);
            }
        }
        return present;
    }

    /** The contestants that take part in at least one of the works. */
    private static List<String> participants(List<Work> works, List<String> present) {
        List<Ability> requested = works.stream().map(Work::ability).toList();
        return present.stream()
                .filter(name -> Contestants.of(name).abilities().stream().anyMatch(requested::contains))
                .toList();
    }
}
