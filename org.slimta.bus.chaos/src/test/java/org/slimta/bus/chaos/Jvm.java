package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs one of our programs. Its output is written to a file. */
final class Jvm implements AutoCloseable {

    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(20);

    private final Process process;
    private final Writer commands;

    /**
     * Starts the process.
     *
     * @param heap the maximum heap size, such as {@code 64m}
     * @param arguments the arguments of the program; those that begin with a hyphen are options of the JVM
     */
    Jvm(Path output, String heap, Class<?> program, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        List<String> options =
                arguments.stream().filter(word -> word.startsWith("-")).toList();
        words.addAll(options);
        if (options.stream().noneMatch(word -> word.endsWith("GC"))) {
            words.add("-XX:+UseSerialGC"); // It has the fewest threads: there are many JVMs.
        }
        words.add(program.getName());
        words.addAll(arguments.stream().filter(word -> !word.startsWith("-")).toList());
        process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void send(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /** Sends a signal, such as {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        run("sh", "-c", "kill -" + name + " " + pid());
    }

    /** Runs a short command, which must succeed. */
    static void run(String... words) throws IOException, InterruptedException {
        Process running = new ProcessBuilder(words).inheritIO().start();
        if (running.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + " exited with status " + running.exitValue());
        }
    }

    /** Waits until the process has exited by itself. */
    int awaitEnd(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("process " + pid() + " has not exited within " + timeout.toMillis() + " ms");
        }
        return process.exitValue();
    }

    /** Kills the process in the same way as {@code kill -9}, even if it is stopped. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(EXIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
