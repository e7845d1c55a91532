package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes TCP connections on, and cuts each after a random number of bytes, in the one way or the other, now and then with a
 * reset.
 */
final class CuttingRelay implements AutoCloseable {

    private final ServerSocket listener;
    private final int port;
    private final int most;
    private final Random random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * Starts to listen.
     *
     * @param port where it passes connections on to
     * @param most how many bytes a connection carries at most, in one direction
     */
    CuttingRelay(int port, int most, long seed) throws IOException {
        this.port = port;
        this.most = most;
        this.random = new Random(seed);
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        start(this::acceptAll);
    }

    int port() {
        return listener.getLocalPort();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                open.add(near);
                Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
                open.add(far);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                boolean reset = random.nextInt(4) == 0;
                int there = random.nextInt(most);
                int back = random.nextInt(most);
                start(() -> pass(near, far, there, reset));
                start(() -> pass(far, near, back, reset));
            } catch (IOException e) {
                // The server is away, or the relay is closed.
            }
        }
    }

    private void pass(Socket from, Socket to, int bytes, boolean reset) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            int left = bytes;
            while (left > 0) {
                int count = in.read(buffer, 0, Math.min(left, buffer.length));
                if (count < 0) {
                    return;
                }
                out.write(buffer, 0, count);
                left -= count;
            }
            if (reset) {
                from.setSoLinger(true, 0);
                to.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // The other direction was cut first.
        } finally {
            open.remove(from);
            open.remove(to);
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
