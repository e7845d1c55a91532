package org.slimta.bus.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server in a separate JVM, which can be killed and restarted on its port. */
final class ServerJvm implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String name;
    private final Path folder;
    private final String heap;
    private final List<String> options;
    private final JournalReader journal;
    private Jvm jvm;
    private int port;

    /** Starts the server and waits until it listens. */
    ServerJvm(Path folder, String name, String heap, String... options) throws Exception {
        this.folder = folder;
        this.name = name;
        this.heap = heap;
        this.options = List.of(options);
        this.journal = new JournalReader(folder.resolve(name + ".journal"));
        start();
    }

    private void start() throws Exception {
        List<String> arguments = new ArrayList<>(options);
        arguments.add("name=" + name);
        arguments.add("port=" + port);
        arguments.add("journal=" + folder.resolve(name + ".journal"));
        int before = listenings().size();
        jvm = new Jvm(folder.resolve(name + ".out"), heap, ServerProgram.class, arguments);
        Await.until("server " + name + " listens", TIMEOUT, () -> listenings().size() > before || !jvm.isAlive());
        if (!jvm.isAlive()) {
            throw new AssertionError("server " + name + " has not started");
        }
        port = Integer.parseInt(listenings().get(before).detail(0));
    }

    private List<Event> listenings() throws IOException {
        return journal.events().stream()
                .filter(event -> event.kind() == Event.Kind.LISTENING)
                .toList();
    }

    void kill() {
        jvm.close();
    }

    /** Kills the server and starts it again on the same port. */
    void restart() throws Exception {
        kill();
        start();
    }

    Jvm jvm() {
        return jvm;
    }

    int port() {
        return port;
    }

    JournalReader journal() {
        return journal;
    }

    /** The direct way to the server. */
    Target target() {
        return new Target(name, name, port);
    }

    /** Makes the server record what is left of its clients, once they have disconnected. */
    void awaitNothingLeft() throws Exception {
        int before = journal.events().size();
        jvm.send("rest");
        Await.until(
                "server " + name + " records what is left",
                TIMEOUT,
                () -> journal.events().stream().skip(before).anyMatch(event -> event.kind() == Event.Kind.LEFT));
    }

    @Override
    public void close() {
        jvm.close();
    }
}
