package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a connection through a relay. Without a fault it is closed after some time, so that others follow.
 */
final class RelayPipe implements Runnable {

    private static final int MAX_BYTES_BEFORE_FAULT = 300_000;
    private static final int MAX_BYTES_WITHOUT_FAULT = 3_000_000;
    private static final int MIN_PIECE_BYTES = 4096;
    private static final int MAX_DELAY_MILLIS = 4;

    private final Socket from;
    private final Socket to;
    private final Fault fault;
    private final Random random;
    private final byte[] buffer = new byte[16 << 10];

    /** Passes bytes from one socket to another, with a fault. */
    RelayPipe(Socket from, Socket to, Fault fault, long seed) {
        this.from = from;
        this.to = to;
        this.fault = fault;
        this.random = new Random(seed);
    }

    @Override
    public void run() {
        try {
            pass();
        } catch (IOException | InterruptedException e) {
            close(); // One of the two sides has disconnected.
        }
    }

    private void pass() throws IOException, InterruptedException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        boolean harmless = fault == Fault.NONE || fault == Fault.DELAY;
        int left = random.nextInt(harmless ? MAX_BYTES_WITHOUT_FAULT : MAX_BYTES_BEFORE_FAULT);
        int pieceBytes = fault == Fault.DELAY ? random.nextInt(MIN_PIECE_BYTES, buffer.length) : buffer.length;
        int count;
        while ((count = in.read(buffer, 0, pieceBytes)) >= 0) {
            if (fault == Fault.DELAY) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_DELAY_MILLIS));
            }
            if (count < left) {
                left -= count;
                out.write(buffer, 0, count);
            } else if (fault == Fault.CORRUPT) {
                buffer[left] ^= (byte) (1 << random.nextInt(8));
                out.write(buffer, 0, count);
                left = random.nextInt(MAX_BYTES_BEFORE_FAULT);
            } else {
                out.write(buffer, 0, left);
                applyFault(in);
                return;
            }
        }
        to.shutdownOutput();
    }

    private void applyFault(InputStream in) throws IOException {
        switch (fault) {
            case RESET -> {
                from.setSoLinger(true, 0);
                to.setSoLinger(true, 0);
                close();
            }
            case TRUNCATE -> {
                to.shutdownOutput();
                in.transferTo(OutputStream.nullOutputStream());
            }
            case SILENCE -> {
                in.transferTo(OutputStream.nullOutputStream());
                to.shutdownOutput();
            }
            default -> close();
        }
    }

    private void close() {
        try (from;
                to) {
            from.shutdownInput();
        } catch (IOException e) {
            // The socket was already closed.
        }
    }
}
