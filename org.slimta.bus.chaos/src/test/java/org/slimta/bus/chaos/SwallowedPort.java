package org.slimta.bus.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port that neither accepts nor refuses connections: its queue is full, so that Linux drops what arrives. */
final class SwallowedPort implements AutoCloseable {

    private static final int FULL_MILLIS = 300;

    private final ServerSocket listener;
    private final List<Socket> queued = new ArrayList<>();

    /** Makes the port. */
    SwallowedPort(String address, int port) throws IOException {
        listener = new ServerSocket(port, 1, InetAddress.getByName(address));
        boolean full = false;
        while (!full) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(new InetSocketAddress(address, port), FULL_MILLIS);
            } catch (SocketTimeoutException e) {
                full = true;
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        listener.close();
    }
}
