package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs a program of ours. What it prints goes into a file. */
final class Jvm implements AutoCloseable {

    private static final Duration DEATH = Duration.ofSeconds(20);

    private final Process process;
    private final Writer commands;

    /**
     * Starts it.
     *
     * @param heap the most memory for objects, as {@code 64m}
     */
    Jvm(Path output, String heap, Class<?> program, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        words.addAll(arguments);
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

    void tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /** Sends a signal, as {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        run("sh", "-c", "kill -" + name + " " + pid());
    }

    /** Runs something short, which must succeed. */
    static void run(String... words) throws IOException, InterruptedException {
        Process running = new ProcessBuilder(words).inheritIO().start();
        if (running.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + " ended with " + running.exitValue());
        }
    }

    /** Waits until it has ended by itself. */
    int awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("process " + pid() + " has not ended within " + atMost.toMillis() + " ms");
        }
        return process.exitValue();
    }

    /** Ends it without a warning, as {@code kill -9}, whatever it does; also when it is stopped. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(DEATH.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
