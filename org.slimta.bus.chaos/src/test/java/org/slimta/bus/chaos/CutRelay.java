package org.slimta.bus.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Passes TCP connections on, and cuts all of them at once when it is told to. */
final class CutRelay implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Starts to listen, and to pass connections on to a port. */
    CutRelay(int port) throws IOException {
        this.port = port;
        start(this::acceptAll);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                open.add(server);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                start(() -> pass(client, server));
                start(() -> pass(server, client));
            } catch (IOException e) {
                // The relay is closed.
            }
        }
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The connection was cut, or one of the two sides has disconnected.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    /** The target through this relay. */
    Target target(String name, String serverName) {
        return Target.at(name, serverName, listener.getLocalPort());
    }

    /**
     * Cuts all connections a number of times.
     *
     * @param times how many times
     * @param pause the time between
     * @return how many connections were cut
     */
    int cutAll(int times, Duration pause) throws InterruptedException {
        int count = 0;
        for (int i = 0; i < times; i++) {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            for (Socket socket : open) {
                cut(socket);
                count++;
            }
        }
        return count / 2;
    }

    private static void cut(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0); // What is in transit is lost.
        } catch (IOException e) {
            // It has been closed meanwhile.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
