package org.slimta.bus.nats.impl.server;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.protocol.Identities;
import org.slimta.bus.nats.impl.protocol.ReplyAddress;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfer;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfers;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.RememberedClient;

/** What the parts of a server share. Thread-safe. */
final class ServerContext {

    private final Cluster cluster;
    private final CarriedServer<?, ?> server;
    private final Subjects subjects;
    private final String sid = Identities.next();
    private final Map<String, ClientPeer> clients = new ConcurrentHashMap<>();
    private final OutgoingTransfers outgoing = new OutgoingTransfers();
    private final AtomicLong givenBack = new AtomicLong();
    private volatile boolean leaving;
    private volatile boolean toldFull;
    private volatile long heardAt;

    ServerContext(Cluster cluster, CarriedServer<?, ?> server, Subjects subjects) {
        this.cluster = cluster;
        this.server = server;
        this.subjects = subjects;
    }

    Cluster cluster() {
        return cluster;
    }

    CarriedServer<?, ?> server() {
        return server;
    }

    Subjects subjects() {
        return subjects;
    }

    /** The identity of this life of the server. */
    String sid() {
        return sid;
    }

    Map<String, ClientPeer> clients() {
        return clients;
    }

    OutgoingTransfers outgoing() {
        return outgoing;
    }

    /** For statistics: how many requests were given back. */
    AtomicLong givenBack() {
        return givenBack;
    }

    /** The server takes no more requests. */
    void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** Returns how many requests can be taken, to be told to clients. */
    int roomToTell() {
        int room = leaving ? 0 : server.room();
        toldFull |= room == 0;
        return room;
    }

    /** All clients are told how many requests can be taken. */
    void toldAll(int room) {
        toldFull = room == 0;
    }

    /** Whether some client was told that there is no room. */
    boolean hasToldFull() {
        return toldFull;
    }

    /** When the last message of a client came. */
    long heardAt() {
        return heardAt;
    }

    /** Returns the client of a message; null if there are too many, or if its identity belongs to another user. */
    ClientPeer client(ReplyAddress from) {
        ClientPeer client = clients.computeIfAbsent(from.cid(), cid -> {
            RememberedClient remembered = server.client(cid, from.user());
            return remembered == null ? null : new ClientPeer(from, remembered);
        });
        if (client == null || !client.subjects().equals(from.client())) {
            return null;
        }
        heardAt = cluster.now();
        client.heard(heardAt);
        return client;
    }

    /** A client has gone. */
    void forget(String cid, ClientPeer client) {
        if (clients.remove(cid, client)) {
            client.arriving().keySet().forEach(number -> endArrival(client, number));
            client.leaving().keySet().forEach(number -> endReply(client, number));
            client.remembered().left();
        }
    }

    void tell(ClientPeer client, List<byte[]> messages) {
        for (byte[] message : messages) {
            cluster.publish(Subjects.control(client.subjects(), sid), null, message);
        }
    }

    void giveBack(String client, long number) {
        givenBack.incrementAndGet();
        toldFull = true;
        Words.about(Words.BACK, List.of(number))
                .forEach(message -> cluster.publish(Subjects.control(client, sid), null, message));
    }

    /** A large request does not arrive any more. */
    void endArrival(ClientPeer client, long number) {
        var transfer = client.arriving().remove(number);
        if (transfer != null) {
            transfer.close();
        }
    }

    /** A large reply is not sent any more, or has arrived. */
    void endReply(ClientPeer client, long number) {
        OutgoingTransfer transfer = client.leaving().remove(number);
        if (transfer != null) {
            outgoing.end(transfer);
        }
    }
}
