package org.slimta.bus.impl.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Python program with an end of docs/examples, which is told by lines what to do, and tells by lines what happens. */
final class PythonPeer implements AutoCloseable {

    /** How long it has for anything, in seconds. */
    private static final long TIME = 90;

    private static final String END = "";

    private final Process process;
    private final OutputStream in;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Queue<String> all = new ConcurrentLinkedQueue<>();

    /**
     * Starts it.
     *
     * @param arguments what src/test/python/peer.py is to do
     */
    PythonPeer(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-B", "src/test/python/peer.py"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PYTHONPATH", new File("../docs/examples").getPath());
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    "python3 cannot be started; this test wants Python 3.9 or later: " + e.getMessage(), e);
        }
        in = process.getOutputStream();
        Thread reading = new Thread(this::read, "reads what Python says");
        reading.setDaemon(true);
        reading.start();
    }

    private void read() {
        try (BufferedReader out = process.inputReader(UTF_8)) {
            String line;
            while ((line = out.readLine()) != null) {
                all.add(line);
                said.add(line);
            }
        } catch (IOException e) {
            all.add("it cannot be heard: " + e);
        }
        said.add(END);
    }

    /** Tells it something. */
    void tell(String line) throws IOException {
        in.write((line + "\n").getBytes(UTF_8));
        in.flush();
    }

    /**
     * Waits for a line.
     *
     * @param beginning how it begins; other lines before it are passed over
     * @return the rest of it
     */
    String await(String beginning) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIME);
        String line;
        do {
            line = said.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(END)) {
                throw new AssertionError("it did not say '" + beginning + "', but:\n" + String.join("\n", all));
            }
        } while (!line.startsWith(beginning));
        return line.substring(beginning.length()).strip();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(TIME, TimeUnit.SECONDS).join();
    }
}
