package org.slimta.bus.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The command line: runs one target, or all of them one after the other, and prints the results. */
public final class Fuzz {

    private static final int DEFAULT_SECONDS = 60;

    private Fuzz() {}

    /**
     * Runs the fuzzer.
     *
     * @param args the target, and for how many seconds to run it
     * @throws IOException if files or processes fail
     * @throws InterruptedException if the thread was interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0
                || List.of(args).contains("--help")
                || List.of(args).contains("-h")) {
            System.out.print(usage());
            return;
        }
        List<Target> targets;
        int seconds;
        try {
            if (args.length > 2) {
                throw new IllegalArgumentException("Unexpected argument '" + args[2] + "'. See ./fuzz --help.");
            }
            targets = args[0].equals("all") ? List.of(Target.values()) : List.of(Target.named(args[0]));
            seconds = args.length == 1 ? DEFAULT_SECONDS : seconds(args[1]);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(targets, seconds) ? 0 : 1);
    }

    private static boolean run(List<Target> targets, int seconds) throws IOException, InterruptedException {
        Path module = Path.of("org.slimta.bus.fuzz").toAbsolutePath();
        List<Run> runs = new ArrayList<>();
        for (Target target : targets) {
            System.out.println("== " + target.title() + ", for " + seconds + " s");
            Run run = new Run(target, module);
            run.start(seconds);
            runs.add(run);
        }
        System.out.println();
        runs.forEach(run -> System.out.println(run.summary()));
        return runs.stream().noneMatch(Run::hasFound);
    }

    private static int seconds(String value) {
        if (!value.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not a number of seconds from 1 to 999999. See ./fuzz --help.");
        }
        return Integer.parseInt(value);
    }

    private static String usage() {
        StringBuilder usage = new StringBuilder("""
                Tests the buses with unexpected bytes, which Jazzer generates.

                  ./fuzz TARGET [SECONDS]     runs one target, for %d seconds by default
                  ./fuzz all [SECONDS]        runs all targets, each for that time
                  ./fuzz --help               prints this text

                The corpus of a target is kept in org.slimta.bus.fuzz/target/fuzz, and the next run starts with it.
                Exit status: 0 if nothing was found, 1 if something was found, 2 if the arguments are wrong.

                The targets:
                """.formatted(DEFAULT_SECONDS));
        Arrays.stream(Target.values())
                .forEach(target -> usage.append(String.format("  %-12s %s%n", target.title(), target.about())));
        return usage.toString();
    }
}
