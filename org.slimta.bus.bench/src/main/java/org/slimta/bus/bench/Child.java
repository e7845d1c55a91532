package org.slimta.bus.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A JVM that runs an {@link Agent}. */
final class Child implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private final String started;

    Child(String classPath, List<String> flags, String... arguments) throws Failure {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, Agent.class.getName()));
        command.addAll(List.of(arguments));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new Failure("no JVM: " + e.getMessage());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        commands = new PrintStream(process.getOutputStream(), true);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream()));
        try {
            started = answer();
        } catch (Failure e) {
            close();
            throw e;
        }
    }

    /** What it said when it was ready. */
    String started() {
        return started;
    }

    /** Has it do something, and waits for that. */
    String command(String command) throws Failure {
        commands.println(command);
        return answer();
    }

    private String answer() throws Failure {
        String line;
        try {
            line = CompletableFuture.supplyAsync(this::readLine).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new Failure("no answer within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new Failure("interrupted");
        }
        if (line == null) {
            throw new Failure("the JVM has ended");
        }
        if (!line.startsWith("ok")) {
            throw new Failure(line);
        }
        return line.substring(2).strip();
    }

    private String readLine() {
        try {
            return answers.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Something did not work in the other JVM. */
    static final class Failure extends Exception {

        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }
}
