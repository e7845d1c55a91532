package org.slimta.bus.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The same bytes over bare blocking sockets, a new connection each: what the machine can do at best. */
final class RawSockets implements Work, AutoCloseable {

    private static final int RESPONSE = 90;

    private final ServerSocket listener;
    private final byte[] request;

    RawSockets(int requestSize) throws IOException {
        request = new byte[requestSize];
        listener = new ServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"));
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(this::serve, "raw-server");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void serve() {
        byte[] response = new byte[RESPONSE];
        while (true) {
            try (Socket socket = listener.accept()) {
                socket.getInputStream().readNBytes(request.length);
                socket.getOutputStream().write(response);
            } catch (IOException e) {
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    @Override
    public double run(long nanos) throws Exception {
        return Callers.rate(Figures.CALLERS, nanos, this::exchange);
    }

    private void exchange() {
        try (Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            socket.getOutputStream().write(request);
            if (socket.getInputStream().readAllBytes().length != RESPONSE) {
                throw new IllegalStateException("no whole response");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
