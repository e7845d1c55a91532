package org.slimta.bus.itest;

import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeFalse;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.rules.ExternalResource;

/** Processes of nats-server on free ports of 127.0.0.1, which form a cluster. */
public final class NatsNodes extends ExternalResource {

    private static final Path PROGRAM = Path.of("/usr/sbin/nats-server");
    private static final Pattern CONNECTIONS = Pattern.compile("\"num_connections\": *(\\d+)");

    private final int count;
    private final List<Node> nodes = new ArrayList<>();

    private record Node(int port, int clusterPort, int httpPort, Process process) {}

    NatsNodes(int count) {
        this.count = count;
    }

    static boolean areSkipped() {
        String skip = System.getProperty("skipNats", "false");
        return skip.isEmpty() || Boolean.parseBoolean(skip);
    }

    /** Leaves the test out with -DskipNats. */
    static void require() {
        assumeFalse("left out by -DskipNats", areSkipped());
        assertTrue(
                "nats-server is missing: apt-get install nats-server, or leave this out with -DskipNats",
                Files.isExecutable(PROGRAM));
    }

    @Override
    protected void before() throws Exception {
        require();
        for (int i = 0; i < count; i++) {
            start("n" + (i + 1));
        }
    }

    /** Nodes tell each other of the others: it is enough that each knows those before it. */
    private void start(String name) throws Exception {
        int port = ConfiguredBuses.freePort();
        int clusterPort = ConfiguredBuses.freePort();
        int httpPort = ConfiguredBuses.freePort();
        String routes = nodes.stream()
                .map(node -> "\"nats://127.0.0.1:" + node.clusterPort() + "\"")
                .collect(Collectors.joining(", "));
        Path folder = Files.createTempDirectory("nats");
        Path configuration = Files.writeString(
                folder.resolve(name + ".conf"), """
                server_name: %s
                listen: "127.0.0.1:%d"
                http: "127.0.0.1:%d"
                cluster {
                  name: test
                  listen: "127.0.0.1:%d"
                  routes: [%s]
                }
                """.formatted(name, port, httpPort, clusterPort, routes));
        Path log = folder.resolve(name + ".log");
        Process process = new ProcessBuilder(PROGRAM.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        nodes.add(new Node(port, clusterPort, httpPort, process));
        Await.until(
                "the node is ready",
                () -> "It says " + Files.readString(log),
                () -> Files.readString(log).contains("Server is ready"));
    }

    /** The setting {@code servers}. */
    String servers() {
        return nodes.stream().map(node -> "nats://127.0.0.1:" + node.port()).collect(Collectors.joining(";"));
    }

    /** How many connections of clients all nodes have. */
    int connections() throws IOException {
        int all = 0;
        for (Node node : nodes) {
            URI uri = URI.create("http://127.0.0.1:" + node.httpPort() + "/connz");
            try (var in = uri.toURL().openStream()) {
                Matcher found = CONNECTIONS.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                assertTrue(uri.toString(), found.find());
                all += Integer.parseInt(found.group(1));
            }
        }
        return all;
    }

    void kill() throws InterruptedException {
        for (Node node : nodes) {
            node.process().destroyForcibly().waitFor();
        }
    }

    @Override
    protected void after() {
        nodes.forEach(node -> node.process().destroyForcibly());
        nodes.clear();
    }
}
