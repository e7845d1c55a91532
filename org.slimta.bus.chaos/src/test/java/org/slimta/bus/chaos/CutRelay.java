package org.slimta.bus.chaos;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Passes TCP connections on, and cuts all of them at once when it is told to. */
final class CutRelay extends Relay {

    /** Starts to listen, and to pass connections on to a port. */
    CutRelay(int port) throws IOException {
        super(port);
        start();
    }

    @Override
    void passOn(Socket client, Socket server) {
        run(() -> pass(client, server));
        run(() -> pass(server, client));
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The connection was cut, or one of the two sides has disconnected.
        } finally {
            forget(from);
            forget(to);
        }
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
            for (Socket socket : open()) {
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
}
