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
        int before = listenings().size();
        launch();
        awaitListening(before);
    }

    private void launch() throws IOException {
        List<String> arguments = new ArrayList<>(options);
        arguments.add("name=" + name);
        if (port != 0) {
            arguments.add("port=" + port);
        }
        arguments.add("journal=" + folder.resolve(name + ".journal"));
        jvm = new Jvm(folder.resolve(name + ".out"), heap, ServerProgram.class, arguments);
    }

    private void awaitListening(int before) throws Exception {
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

    /** Closes the server in an orderly way, and starts it again on the same port. */
    void closeAndRestart() throws Exception {
        jvm.send("close");
        int code = jvm.awaitEnd(TIMEOUT);
        if (code != 0) {
            throw new AssertionError("server " + name + " exited with status " + code);
        }
        start();
    }

    /** Kills the server when its successor is about to listen on the same port. */
    void replace() throws Exception {
        Jvm before = jvm;
        int started = journal.events().size();
        launch();
        Await.until(
                "the successor of server " + name + " starts",
                TIMEOUT,
                () -> journal.events().stream().skip(started).anyMatch(event -> event.kind() == Event.Kind.MARK));
        int listenings = listenings().size();
        before.close();
        awaitListening(listenings);
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

    /** The host and the port of the server; over NATS, where a server has no port, what failures call any server. */
    String host() {
        return port == 0 ? "nats server" : "127.0.0.1:" + port;
    }

    JournalReader journal() {
        return journal;
    }

    /** The direct way to the server. */
    Target target() {
        return Target.at(name, name, port);
    }

    /** Waits for a number of further requests. */
    void awaitRequests(int count) throws Exception {
        journal.awaitMore(count + " requests at " + name, count, TIMEOUT, event -> event.kind() == Event.Kind.RECEIVED);
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
