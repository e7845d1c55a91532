package org.slimta.bus.demo.nats;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A node of nats-server on a free port of 127.0.0.1. */
final class Node implements AutoCloseable {

    private static final int CHECKS = 200;
    private static final int CHECK_INTERVAL_MILLIS = 50;

    private final Process process;
    private final Path log;
    private final int port;

    private Node(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Returns the program, or null if it is not installed. */
    static Path program() {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Starts a node, and waits until it is ready. */
    static Node start(Path program) throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path log = Files.createTempFile("nats-server", ".log");
        Process process = new ProcessBuilder(program.toString(), "-a", "127.0.0.1", "-p", String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Node node = new Node(process, log, port);
        for (int i = 0; i < CHECKS && process.isAlive(); i++) {
            if (Files.readString(log).contains("Server is ready")) {
                return node;
            }
            TimeUnit.MILLISECONDS.sleep(CHECK_INTERVAL_MILLIS);
        }
        String said = Files.readString(log);
        node.close();
        throw new IOException("nats-server did not start: " + said);
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        log.toFile().delete();
    }
}
