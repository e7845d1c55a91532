package org.slimta.bus.bench;

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
 * @param serverThreads how many threads receive and answer at the server of the bus
 * @param writeDocs whether to write the results to the documentation
 * @param help whether to tell what can be asked for, and nothing else
 */
record Arguments(
        Pace pace, List<Work> works, List<String> contestants, int serverThreads, boolean writeDocs, boolean help) {

    static String usage() {
        return """
                Measures the bus beside its peers. Leave the machine alone meanwhile.

                  ./bench                       everything, in some 20 minutes
                  ./bench --quick               everything, coarsely, in some 5 minutes
                  --only WORK[,WORK]            these works only: %s
                  --contestants NAME[,NAME]     these contestants only: %s
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
        int serverThreads = 1;
        boolean writeDocs = false;
        boolean help = false;
        for (Iterator<String> rest = Arrays.asList(args).iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            switch (argument) {
                case "--quick" -> pace = Pace.QUICK;
                case "--only" -> works = works(value(argument, rest));
                case "--contestants" -> contestants = contestants(value(argument, rest));
                case "--server-threads" -> serverThreads = threads(value(argument, rest));
                case "--write-docs" -> writeDocs = true;
                case "--help" -> help = true;
                default -> throw new IllegalArgumentException("There is no " + argument + ". See ./bench --help.");
            }
        }
        return new Arguments(pace, works, contestants, serverThreads, writeDocs, help);
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
