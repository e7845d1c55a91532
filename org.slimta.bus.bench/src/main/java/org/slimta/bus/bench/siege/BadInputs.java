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

/** Sends bad inputs, each over a separate connection, and waits briefly for the reaction of the server. */
final class BadInputs {

    private static final int THREADS = 8;

    /** How long to wait for the server; with an input that is an incomplete frame it waits as well. */
    private static final int TIMEOUT_MILLIS = 4;

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

    /** Sends all inputs and waits until they are sent. */
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
                refused.incrementAndGet(); // The server closed the connection during the write.
            }
        }
    }

    private void sendOne(byte[] bytes, Random random) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoLinger(true, 0); // Otherwise the ports of this machine would be used up.
            socket.bind(new InetSocketAddress(
                    InetAddress.getByAddress(
                            new byte[] {127, 0, (byte) (1 + random.nextInt(100)), (byte) (1 + random.nextInt(100))}),
                    0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(bytes);
            if (random.nextInt(4) == 0) {
                socket.shutdownOutput();
            }
            byte[] response = new byte[1024];
            try {
                while (socket.getInputStream().read(response) >= 0) {
                    // The response does not matter.
                }
                closed.incrementAndGet();
            } catch (SocketTimeoutException e) {
                // The server waits for the rest, which never arrives.
            }
        }
    }

    @Override
    public String toString() {
        return closed + " were closed by the server at once, " + refused + " while they were being sent";
    }
}
