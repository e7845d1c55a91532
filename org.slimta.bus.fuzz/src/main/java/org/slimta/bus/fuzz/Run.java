package org.slimta.bus.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the fuzzer on one target, in a separate JVM. */
final class Run {

    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    /** A hook of Jazzer that reports every connection to a socket as an attack. */
    private static final String DISABLED_HOOKS = "com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery";

    private static final Pattern COUNT = Pattern.compile("^(?:#|stat::number_of_executed_units: )(\\d+)");
    private static final Pattern FOUND = Pattern.compile("Test unit written to (.+)$");
    private static final Pattern ROUTINE = Pattern.compile(
            "(#\\d+\\s+(?!pulse)|INFO: |Instrumented |Loaded |OpenJDK|Dictionary: |\"|stat::|Done |$).*");

    private final Target target;
    private final Path module;
    private final Path folder;
    private final List<String> found = new ArrayList<>();
    private long count;
    private long seconds;
    private int exit;

    /**
     * Creates a run, which is not started.
     *
     * @param module the folder of this module
     */
    Run(Target target, Path module) {
        this.target = target;
        this.module = module;
        this.folder = module.resolve("target/fuzz").resolve(target.title());
    }

    /** Runs the fuzzer until it ends. */
    void start(int forSeconds) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        Path known = Files.createDirectories(folder.resolve("known"));
        for (Map.Entry<String, byte[]> input : new Inputs(module).of(target).entrySet()) {
            Files.write(known.resolve(input.getKey()), input.getValue());
        }
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command(forSeconds, corpus, known))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        Thread ending = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(ending);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                process(line);
            }
        }
        exit = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ending);
        seconds = (System.nanoTime() - start) / 1_000_000_000;
    }

    private List<String> command(int forSeconds, Path corpus, Path known) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                module.resolve("target/classes")
                        + System.getProperty("path.separator")
                        + module.resolve("target/lib/*"),
                JAZZER,
                "--target_class=" + target.className(),
                "--instrumentation_includes=org.slimta.**:com.ctc.wstx.**",
                "--disabled_hooks=" + DISABLED_HOOKS,
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-dict=" + module.resolve("src/main/dictionary.txt"),
                "-max_total_time=" + forSeconds,
                "-timeout=30",
                "-max_len=8192",
                "-rss_limit_mb=0",
                "-print_final_stats=1",
                corpus.toString(),
                known.toString());
    }

    /** Prints findings and, from time to time, the progress. */
    private void process(String line) {
        Matcher counted = COUNT.matcher(line);
        if (counted.find()) {
            count = Math.max(count, Long.parseLong(counted.group(1)));
        }
        Matcher written = FOUND.matcher(line);
        if (written.find()) {
            found.add(written.group(1));
        }
        if (!ROUTINE.matcher(line).matches()) {
            System.out.println(line);
        }
    }

    boolean hasFound() {
        return exit != 0;
    }

    /** The result, and what to do about findings. */
    String summary() {
        String result = hasFound() ? "FOUND" : "nothing found";
        StringBuilder summary = new StringBuilder(
                String.format(Locale.ROOT, "%-12s %,d inputs in %d s: %s", target.title(), count, seconds, result));
        if (hasFound() && found.isEmpty()) {
            summary.append("\n  the fuzzer exited with status ").append(exit).append("; see above");
        }
        for (String file : found) {
            summary.append("\n  the finding is printed above; its input is ")
                    .append(file)
                    .append("\n  copy it, under a name that describes it, and every build will run it:")
                    .append("\n    cp ")
                    .append(file)
                    .append(' ')
                    .append(new Inputs(module).found(target))
                    .append("/NAME");
        }
        return summary.toString();
    }
}
