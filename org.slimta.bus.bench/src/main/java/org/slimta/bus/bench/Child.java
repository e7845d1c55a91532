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

    private static final long TIMEOUT_SECONDS = 120;

    private final Process process;
    private final PrintStream commands;
    private final BufferedReader responses;
    private final String startResponse;

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
            throw new Failure("cannot start a JVM: " + e.getMessage());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        commands = new PrintStream(process.getOutputStream(), true);
        responses = new BufferedReader(new InputStreamReader(process.getInputStream()));
        try {
            startResponse = response();
        } catch (Failure e) {
            close();
            throw e;
        }
    }

    /** The first response of the agent, after its start: the port of a server. */
    String startResponse() {
        return startResponse;
    }

    /** Sends a command and waits for the response. */
    String command(String command) throws Failure {
        commands.println(command);
        return response();
    }

    private String response() throws Failure {
        String line;
        try {
            line = CompletableFuture.supplyAsync(this::readLine).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new Failure("no response within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new Failure("interrupted");
        }
        if (line == null) {
            throw new Failure("the JVM has exited");
        }
        if (!line.startsWith("ok")) {
            throw new Failure(line);
        }
        return line.substring(2).strip();
    }

    private String readLine() {
        try {
            return responses.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Thrown if something failed in the other JVM. */
    static final class Failure extends Exception {

        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }
}
