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
 * The arguments of the command line.
 *
 * @param pace the number and length of rounds
 * @param works the works to measure
 * @param contestants the contestants to measure
 * @param otherBuild the jar of the bench of another build, or null if none takes part
 * @param serverThreads the number of threads that receive and respond at the server of the bus
 * @param writeDocs whether to write the results to the documentation
 * @param help whether only to print the usage
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
                Measures the bus beside its peers. Do not use the machine for anything else meanwhile.

                  ./bench                       measures everything, in about 20 minutes
                  ./bench --quick               measures everything coarsely, in about 5 minutes
                  --only WORK[,WORK]            measures only these works: %s
                  --contestants NAME[,NAME]     measures only these contestants: %s
                  --before FOLDER               also measures the bus of another build: a checkout in which ./bench has run
                  --server-threads N            threads that receive and respond at the server of the bus, by default 1
                  --write-docs                  also writes docs/performance.txt and docs/performance.svg
                  --jmh [JMH OPTIONS]           measures only reading and writing of XML, with JMH
                  --siege [N [N [N]]]           attacks a server: bad inputs, slow attackers, seconds; see docs/security.md
                  --help                        prints this text
                """.formatted(workNames(), String.join(", ", Contestants.names()));
    }

    /**
     * Parses the arguments.
     *
     * @throws IllegalArgumentException if they are wrong, with a message for the user
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
                default ->
                    throw new IllegalArgumentException("Unknown argument '" + argument + "'. See ./bench --help.");
            }
        }
        List<String> participants = otherBuild == null ? contestants : Contestants.withOtherBuild(contestants);
        return new Arguments(pace, works, participants, otherBuild, serverThreads, writeDocs, help);
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
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Unknown work '" + name + "'; the works are " + workNames() + ".")));
        }
        return works;
    }

    private static List<String> contestants(String value) {
        List<String> names = List.of(value.split(","));
        for (String name : names) {
            if (!Contestants.names().contains(name)) {
                throw new IllegalArgumentException("Unknown contestant '" + name + "'; the contestants are "
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
                throw new IllegalArgumentException("Cannot read the folder " + target + ": " + e);
            }
        }
        throw new IllegalArgumentException(
                "No " + BENCH + "-*.jar in " + target + "; run ./bench --help in " + folder + " first.");
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
