package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One direction of a connection through a relay. If nothing is done to it, it is closed after a while, so that others come. */
final class RelayPipe implements Runnable {

    private static final int MOST_BYTES = 300_000;
    private static final int MOST_UNHARMED_BYTES = 3_000_000;
    private static final int SMALLEST_PIECE = 4096;
    private static final int LONGEST_DELAY_MILLIS = 4;

    private final Socket from;
    private final Socket to;
    private final Mischief mischief;
    private final Random random;
    private final byte[] buffer = new byte[16 << 10];

    /** Of two sockets. */
    RelayPipe(Socket from, Socket to, Mischief mischief, long seed) {
        this.from = from;
        this.to = to;
        this.mischief = mischief;
        this.random = new Random(seed);
    }

    @Override
    public void run() {
        try {
            pass();
        } catch (IOException | InterruptedException e) {
            close(); // One of both sides has gone.
        }
    }

    private void pass() throws IOException, InterruptedException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        boolean harmless = mischief == Mischief.NONE || mischief == Mischief.DELAY;
        int left = random.nextInt(harmless ? MOST_UNHARMED_BYTES : MOST_BYTES);
        int most = mischief == Mischief.DELAY ? random.nextInt(SMALLEST_PIECE, buffer.length) : buffer.length;
        int count;
        while ((count = in.read(buffer, 0, most)) >= 0) {
            if (mischief == Mischief.DELAY) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_DELAY_MILLIS));
            }
            if (count < left) {
                left -= count;
                out.write(buffer, 0, count);
            } else if (mischief == Mischief.CORRUPT) {
                buffer[left] ^= (byte) (1 << random.nextInt(8));
                out.write(buffer, 0, count);
                left = random.nextInt(MOST_BYTES);
            } else {
                out.write(buffer, 0, left);
                doIt(in);
                return;
            }
        }
        to.shutdownOutput();
    }

    private void doIt(InputStream in) throws IOException {
        switch (mischief) {
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
            // It was closed already.
        }
    }
}
