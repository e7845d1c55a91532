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

/** Passes TCP connections on, and injects a random fault into each. */
final class FaultRelay implements AutoCloseable {

    private final ServerSocket listener;
    private final int port;
    private final List<Fault> faults;
    private final Random random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);

    /**
     * Starts to listen.
     *
     * @param port the port to pass connections on to
     * @param faults the possible faults
     */
    FaultRelay(int port, long seed, Fault... faults) throws IOException {
        this.port = port;
        this.faults = List.of(faults);
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
        Fault fault;
        synchronized (counts) {
            fault = faults.get(random.nextInt(faults.size()));
            counts.merge(fault, 1, Integer::sum);
        }
        boolean toServer = fault == Fault.CORRUPT || random.nextBoolean();
        boolean toClient = fault == Fault.CORRUPT || !toServer;
        RelayPipe requests = new RelayPipe(client, server, toServer ? fault : Fault.NONE, random.nextLong());
        RelayPipe responses = new RelayPipe(server, client, toClient ? fault : Fault.NONE, random.nextLong());
        start(requests);
        start(responses);
    }

    /** The target through this relay. */
    Target target(String name, String serverName) {
        return Target.at(name, serverName, listener.getLocalPort());
    }

    /** The number of connections by fault. */
    Map<Fault, Integer> counts() {
        synchronized (counts) {
            return new EnumMap<>(counts);
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
