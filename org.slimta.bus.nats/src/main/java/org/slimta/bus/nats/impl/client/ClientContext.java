package org.slimta.bus.nats.impl.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.protocol.Identities;
import org.slimta.bus.nats.impl.protocol.Subjects;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfers;

/** What the parts of a client share. Thread-safe. */
final class ClientContext {

    private final Cluster cluster;
    private final ClientSettings settings;
    private final Subjects subjects;
    private final String cid = Identities.next();
    private final String own;
    private final Members members = new Members();
    private final Map<Long, Flight> flights = new ConcurrentHashMap<>();
    private final OutgoingTransfers outgoing = new OutgoingTransfers();
    private final AtomicLong epoch = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong sentAgain = new AtomicLong();

    ClientContext(Cluster cluster, ClientSettings settings, String prefix, String user) {
        this.cluster = cluster;
        this.settings = settings;
        this.subjects = new Subjects(prefix, settings.subject());
        this.own = subjects.client(user, cid);
    }

    Cluster cluster() {
        return cluster;
    }

    ClientSettings settings() {
        return settings;
    }

    Subjects subjects() {
        return subjects;
    }

    /** The identity of this life of the client. */
    String cid() {
        return cid;
    }

    /** The beginning of the client's subjects, with a dot at its end. */
    String own() {
        return own;
    }

    Members members() {
        return members;
    }

    /** The requests that were sent and have no response, by their numbers. */
    Map<Long, Flight> flights() {
        return flights;
    }

    /** The large requests that are being sent. */
    OutgoingTransfers outgoing() {
        return outgoing;
    }

    /** How often the client has asked. */
    AtomicLong epoch() {
        return epoch;
    }

    /** For statistics: how many requests it has asked about. */
    AtomicLong asked() {
        return asked;
    }

    /** For statistics: how many requests it has sent again. */
    AtomicLong sentAgain() {
        return sentAgain;
    }

    /** Sends messages to a server alone. If they are lost, they are sent again because of its silence. */
    void tell(Member member, List<byte[]> messages) {
        tell(member.sid(), messages);
    }

    /** The same, to a server that may not be known any more. */
    void tell(String sid, List<byte[]> messages) {
        for (byte[] message : messages) {
            cluster.publish(subjects.server(sid), Subjects.control(own, sid), message);
        }
    }

    /** A server that was not heard of since then gets no requests. */
    long presentSince() {
        return cluster.now() - settings.presence().toNanos();
    }
}
