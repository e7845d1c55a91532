package org.slimta.bus.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes TCP connections on, and does some mischief to each, as a random number says. */
final class UnkindRelay implements AutoCloseable {

    private final ServerSocket listener;
    private final int port;
    private final List<Mischief> choice;
    private final Random random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<Mischief, Integer> done = new EnumMap<>(Mischief.class);

    /**
     * Starts to listen.
     *
     * @param port where it passes connections on to
     * @param choice what it may do to them
     */
    UnkindRelay(int port, long seed, Mischief... choice) throws IOException {
        this.port = port;
        this.choice = List.of(choice);
        this.random = new Random(seed);
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
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
                accept(listener.accept());
            } catch (IOException e) {
                // It is closed, or the server is away.
            }
        }
    }

    private void accept(Socket near) throws IOException {
        open.add(near);
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            near.close();
            throw e;
        }
        open.add(far);
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        Mischief mischief;
        synchronized (done) {
            mischief = choice.get(random.nextInt(choice.size()));
            done.merge(mischief, 1, Integer::sum);
        }
        boolean there = mischief == Mischief.CORRUPT || random.nextBoolean();
        boolean back = mischief == Mischief.CORRUPT || !there;
        RelayPipe forth = new RelayPipe(near, far, there ? mischief : Mischief.NONE, random.nextLong());
        RelayPipe reverse = new RelayPipe(far, near, back ? mischief : Mischief.NONE, random.nextLong());
        start(forth);
        start(reverse);
    }

    /** The way through it. */
    Target target(String name, String server) {
        return new Target(name, server, listener.getLocalPort());
    }

    /** What it has done how often. */
    Map<Mischief, Integer> done() {
        synchronized (done) {
            return new EnumMap<>(done);
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
