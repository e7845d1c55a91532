package org.slimta.bus.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Accepts TCP connections, and opens one to a server for each. */
abstract class Relay implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * Listens. Accepts nothing before {@link #start()}.
     *
     * @param port the port to pass connections on to
     */
    Relay(int port) throws IOException {
        this.port = port;
    }

    /** Passes bytes on between the two ends of a connection, on threads of its own. */
    abstract void passOn(Socket client, Socket server);

    /** Begins to accept. To be called when the relay is complete. */
    final void start() {
        run(this::acceptAll);
    }

    static void run(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                accept(listener.accept());
            } catch (IOException e) {
                // The relay is closed, or the server is down.
            }
        }
    }

    private void accept(Socket client) throws IOException {
        open.add(client);
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            client.close();
            throw e;
        }
        open.add(server);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        passOn(client, server);
    }

    /** The sockets that were opened and not {@link #forget forgotten}. */
    final Set<Socket> open() {
        return open;
    }

    /** A socket is closed. */
    final void forget(Socket socket) {
        open.remove(socket);
    }

    /** The target through this relay. */
    final Target target(String name, String serverName) {
        return Target.at(name, serverName, listener.getLocalPort());
    }

    @Override
    public final void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
