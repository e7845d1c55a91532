package org.slimta.bus.itest;

import static org.junit.Assert.assertFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A container in a JVM of its own, in which {@link Remote} does what a test says. */
final class ContainerProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private Socket socket;
    private BufferedReader in;
    private PrintStream out;

    /**
     * Waits until the container can be told something.
     *
     * @param builder starts it
     * @param log what it prints
     * @param port the port of {@link Remote}
     */
    ContainerProcess(ProcessBuilder builder, Path log, int port) throws IOException {
        this.log = log;
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Await.until("the container of " + log + " has started", () -> connect(port));
    }

    private boolean connect(int port) throws IOException {
        assertFalse("it has ended, see " + log, !process.isAlive());
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            return false;
        }
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        out = new PrintStream(socket.getOutputStream(), true, StandardCharsets.UTF_8);
        return true;
    }

    /** Runs a command of {@link Remote}, and returns what it answers. Blocks. */
    String run(Object... words) throws IOException {
        StringBuilder line = new StringBuilder();
        for (Object each : words) {
            line.append(line.isEmpty() ? "" : "\t").append(each);
        }
        out.println(line);
        String answer = String.valueOf(in.readLine());
        if (answer.startsWith("failed: ") || answer.equals("null")) {
            throw new AssertionError(line + " " + answer + ", see " + log);
        }
        return answer;
    }

    /** Ends it, as an administrator would, or at once if that takes too long. */
    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
