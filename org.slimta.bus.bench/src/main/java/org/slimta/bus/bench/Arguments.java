package org.slimta.bus.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.work.Work;

/**
 * What is asked for.
 *
 * @param pace how long to run
 * @param works what to measure
 * @param contestants whom to measure
 * @param otherBuild the jar of the other build's bench, or null if none takes part
 * @param serverThreads how many threads receive and answer at the server of the bus
 * @param writeDocs whether to write the results to the documentation
 * @param help whether to tell what can be asked for, and nothing else
 */
record Arguments(
        Pace pace,
        List<Work> works,
        List<String> contestants,
        Path otherBuild,
        int serverThreads,
        boolean writeDocs,
        boolean help) {

    private static final String BENCH = "org.slimta.bus.bench";

    static String usage() {
        return """
                Measures the bus beside its peers. Leave the machine alone meanwhile.

                  ./bench                       everything, in some 20 minutes
                  ./bench --quick               everything, coarsely, in some 5 minutes
                  --only WORK[,WORK]            these works only: %s
                  --contestants NAME[,NAME]     these contestants only: %s
                  --before FOLDER               ours of another build take part too: a checkout of it where ./bench has run
                  --server-threads N            threads that receive and answer at the server of the bus, 1 if not said
                  --write-docs                  also writes docs/performance.txt and docs/performance.svg
                  --jmh [JMH OPTIONS]           measures reading and writing XML alone, by JMH
                  --siege [N [N [N]]]           besieges a server: bad inputs, slow attackers, seconds; see docs/security.md
                  --help                        this
                """
                .formatted(workNames(), String.join(", ", Contestants.names()));
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with a message for the user if they are wrong
     */
    static Arguments parse(String[] args) {
        Pace pace = Pace.FULL;
        List<Work> works = List.of(Work.values());
        List<String> contestants = Contestants.usual();
        Path otherBuild = null;
        int serverThreads = 1;
        boolean writeDocs = false;
        boolean help = false;
        for (Iterator<String> rest = Arrays.asList(args).iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            switch (argument) {
                case "--quick" -> pace = Pace.QUICK;
                case "--only" -> works = works(value(argument, rest));
                case "--contestants" -> contestants = contestants(value(argument, rest));
                case "--before" -> otherBuild = otherBuild(value(argument, rest));
                case "--server-threads" -> serverThreads = threads(value(argument, rest));
                case "--write-docs" -> writeDocs = true;
                case "--help" -> help = true;
                default -> throw new IllegalArgumentException("There is no " + argument + ". See ./bench --help.");
            }
        }
        List<String> taking = otherBuild == null ? contestants : Contestants.withOtherBuild(contestants);
        return new Arguments(pace, works, taking, otherBuild, serverThreads, writeDocs, help);
    }

    private static String value(String argument, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(argument + " needs a value. See ./bench --help.");
        }
        return rest.next();
    }

    private static List<Work> works(String value) {
        List<Work> works = new ArrayList<>();
        for (String name : value.split(",")) {
            works.add(Arrays.stream(Work.values())
                    .filter(work -> work.title().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("There is no work '" + name + "'; there are " + workNames() + ".")));
        }
        return works;
    }

    private static List<String> contestants(String value) {
        List<String> names = List.of(value.split(","));
        for (String name : names) {
            if (!Contestants.names().contains(name)) {
                throw new IllegalArgumentException("There is no contestant '" + name + "'; there are "
                        + String.join(", ", Contestants.names()) + ".");
            }
        }
        return names;
    }

    private static Path otherBuild(String folder) {
        Path target = Path.of(folder, BENCH, "target");
        if (Files.isDirectory(target)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, BENCH + "-*.jar")) {
                for (Path jar : jars) {
                    return jar.toAbsolutePath();
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("The folder " + target + " cannot be read: " + e);
            }
        }
        throw new IllegalArgumentException(
                "There is no " + BENCH + "-*.jar in " + target + "; run ./bench --help in " + folder + " first.");
    }

    private static int threads(String value) {
        if (!value.matches("[1-9][0-9]?")) {
            throw new IllegalArgumentException("--server-threads is '" + value + "'; it must be from 1 to 99.");
        }
        return Integer.parseInt(value);
    }

    private static String workNames() {
        return Arrays.stream(Work.values()).map(Work::title).collect(Collectors.joining(", "));
    }
}
