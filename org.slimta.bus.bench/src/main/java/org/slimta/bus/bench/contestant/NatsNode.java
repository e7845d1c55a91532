package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process of nats-server on a free port, with the settings it has by default. It ends with this JVM. */
final class NatsNode {

    private static final Path PROGRAM = Path.of("/usr/sbin/nats-server");

    /** The shell reads from this JVM, and so ends the node however this JVM ends. */
    private static final String SCRIPT = "\"$0\" -a \"$1\" -p \"$2\" >/dev/null 2>&1 & cat >/dev/null; kill $!; wait";

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

    private NatsNode() {}

    /** Returns why no node can be started, in one sentence; null if one can. */
    static String missing() {
        return Files.isExecutable(PROGRAM) ? null : PROGRAM + " is missing: apt-get install nats-server";
    }

    /** Starts a node, and waits until it takes connections. Returns its port. */
    static int start() throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(Contestant.HOST))) {
            port = socket.getLocalPort();
        }
        new ProcessBuilder("sh", "-c", SCRIPT, PROGRAM.toString(), Contestant.HOST, String.valueOf(port)).start();
        long start = System.nanoTime();
        while (!isListening(port)) {
            if (System.nanoTime() - start > START_NANOS) {
                throw new IOException("nats-server does not take connections");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return port;
    }

    private static boolean isListening(int port) {
        try {
            SocketChannel.open(new InetSocketAddress(Contestant.HOST, port)).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static String url(int port) {
        return "nats://" + Contestant.HOST + ":" + port;
    }
}
