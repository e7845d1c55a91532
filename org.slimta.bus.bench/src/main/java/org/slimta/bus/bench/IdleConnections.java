package org.slimta.bus.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.bench.contestant.Contestant;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** Open connections that carry nothing. */
final class IdleConnections implements Closeable {

    /** Connections that have carried one transaction each. */
    static final String USED = "used";
    /** Connections that have carried nothing. */
    static final String UNUSED = "unused";

    private final List<Closeable> open = new ArrayList<>();

    private IdleConnections() {}

    static IdleConnections open(Client client, int port, int count, String kind) throws Exception {
        IdleConnections connections = new IdleConnections();
        try {
            for (int i = 0; i < count; i++) {
                connections.open.add(kind.equals(USED) ? used(client) : unused(port));
            }
        } catch (Exception e) {
            connections.close();
            throw e;
        }
        return connections;
    }

    private static Closeable used(Client client) throws Exception {
        Client another = client.another();
        try (Exchange exchange = another.exchange(Payload.SMALL)) {
            exchange.call();
        }
        return another::close;
    }

    private static Closeable unused(int port) throws IOException {
        return SocketChannel.open(new InetSocketAddress(Contestant.HOST, port));
    }

    @Override
    public void close() throws IOException {
        for (Closeable connection : open) {
            connection.close();
        }
    }
}
