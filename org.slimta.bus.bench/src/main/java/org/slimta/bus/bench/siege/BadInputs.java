package org.slimta.bus.bench.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Sends what is no good, each over a connection of its own, and waits a moment for what the server makes of it. */
final class BadInputs {

    private static final int THREADS = 8;

    /** As long as this, in milliseconds, the server may take to be done with an input that is only half of a frame. */
    private static final int PATIENCE = 4;

    private final int port;
    private final List<byte[]> recordings;
    private final AtomicLong left;
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    BadInputs(int port, List<byte[]> recordings, long count) {
        this.port = port;
        this.recordings = recordings;
        this.left = new AtomicLong(count);
    }

    /** Sends them all. */
    void run() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            Thread thread = new Thread(() -> send(new Mutations(recordings, seed), new Random(seed)), "bad-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void send(Mutations mutations, Random random) {
        while (left.getAndDecrement() > 0) {
            try {
                sendOne(mutations.next(), random);
            } catch (IOException e) {
                refused.incrementAndGet(); // The server has closed the connection while something was still being written.
            }
        }
    }

    private void sendOne(byte[] bytes, Random random) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoLinger(true, 0); // Else the ports of this machine would be used up.
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(
                    new byte[] {127, 0, (byte) (1 + random.nextInt(100)), (byte) (1 + random.nextInt(100))}), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(PATIENCE);
            socket.getOutputStream().write(bytes);
            if (random.nextInt(4) == 0) {
                socket.shutdownOutput();
            }
            byte[] answer = new byte[1024];
            try {
                while (socket.getInputStream().read(answer) >= 0) {
                    // What it says does not matter.
                }
                closed.incrementAndGet();
            } catch (SocketTimeoutException e) {
                // It waits for the rest, which never comes.
            }
        }
    }

    @Override
    public String toString() {
        return closed + " were ended by the server at once, " + refused + " while they were being sent";
    }
}
