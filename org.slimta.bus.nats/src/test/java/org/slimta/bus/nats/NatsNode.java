package org.slimta.bus.nats;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.fixture.Await;

/**
 * A process of nats-server on a free port of 127.0.0.1, and the others of its cluster. Killed, stopped or restarted by tests. Not
 * thread-safe.
 */
final class NatsNode implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/nats-server");
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

    private final String name;
    private final int port;
    private final int clusterPort;
    private final Path folder;
    private final Path log;
    private final Path configuration;
    private Process process;

    private NatsNode(String name, int port, int clusterPort, Path folder) {
        this.name = name;
        this.port = port;
        this.clusterPort = clusterPort;
        this.folder = folder;
        this.log = folder.resolve(name + ".log");
        this.configuration = folder.resolve(name + ".conf");
    }

    /** Fails with a sentence if the program is not installed, and leaves the test out with -DskipNats. */
    static void require() {
        String skip = System.getProperty("skipNats", "false");
        assumeFalse(skip.isEmpty() || Boolean.parseBoolean(skip), "left out by -DskipNats");
        if (!Files.isExecutable(PROGRAM)) {
            throw new IllegalStateException(
                    "nats-server is missing: apt-get install nats-server, or leave these tests out with"
                            + " -DskipNats");
        }
    }

    /** Starts one node, with more lines of configuration. */
    static NatsNode start(Path folder, String... more) {
        return cluster(folder, 1, more).get(0);
    }

    /** Starts nodes that form a cluster. */
    static List<NatsNode> cluster(Path folder, int count, String... more) {
        require();
        List<NatsNode> nodes = new ArrayList<>();
        int[] ports = freePorts(2 * count);
        for (int i = 0; i < count; i++) {
            nodes.add(new NatsNode("n" + (i + 1), ports[i], ports[count + i], folder));
        }
        for (NatsNode node : nodes) {
            node.configure(nodes, String.join("\n", more));
            node.start();
        }
        for (NatsNode node : nodes) {
            node.awaitRoutes(count - 1);
        }
        return nodes;
    }

    private static int[] freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++) { // All at once, so that they differ.
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                ports[i] = sockets.get(i).getLocalPort();
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configure(List<NatsNode> all, String more) {
        StringBuilder text = new StringBuilder();
        text.append("server_name: ").append(name).append('\n');
        text.append("host: 127.0.0.1\nport: ").append(port).append('\n');
        text.append(
                "ping_interval: \"2s\"\nping_max: 2\nlame_duck_duration: \"30s\"\nlame_duck_grace_period: \"1s\"\n");
        if (all.size() > 1) {
            text.append("cluster {\n  name: test\n  host: 127.0.0.1\n  port: ")
                    .append(clusterPort)
                    .append("\n  routes: [\n");
            all.forEach(node -> text.append("    \"nats://127.0.0.1:")
                    .append(node.clusterPort)
                    .append("\"\n"));
            text.append("  ]\n}\n");
        }
        text.append(more).append('\n');
        try {
            Files.writeString(configuration, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    static List<String> urls(List<NatsNode> nodes) {
        return nodes.stream().map(NatsNode::url).toList();
    }

    /** Starts it, again if it was killed. */
    void start() {
        try {
            Files.deleteIfExists(log);
            process = new ProcessBuilder(PROGRAM.toString(), "-c", configuration.toString(), "-l", log.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve(name + ".out").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("the node " + name + " is ready", START_TIMEOUT, () -> hasLogged("Server is ready"));
    }

    private void awaitRoutes(int count) {
        Await.until(
                "the node " + name + " has its routes",
                START_TIMEOUT,
                () -> countLogged("Route connection created") >= count);
    }

    private boolean hasLogged(String text) {
        return countLogged(text) > 0;
    }

    private long countLogged(String text) {
        try {
            return !Files.exists(log)
                    ? 0
                    : Files.lines(log).filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it at once. */
    void kill() {
        process.destroyForcibly();
        join();
    }

    private void join() {
        try {
            if (!process.waitFor(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the node " + name + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends a signal to the process: STOP, CONT, or USR2 for lame duck mode. */
    void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        signal("CONT");
        kill();
    }

    @Override
    public String toString() {
        return name;
    }
}
