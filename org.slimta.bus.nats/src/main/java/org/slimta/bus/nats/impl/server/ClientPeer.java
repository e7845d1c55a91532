package org.slimta.bus.nats.impl.server;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.nats.impl.protocol.ReplyAddress;
import org.slimta.bus.nats.impl.transfer.IncomingTransfer;
import org.slimta.bus.nats.impl.transfer.OutgoingTransfer;
import org.slimta.bus.spi.RememberedClient;

/** One life of a client, as a server sees it. Thread-safe. */
final class ClientPeer implements Peer {

    private final ReplyAddress address;
    private final RememberedClient remembered;
    private final Map<Long, IncomingTransfer> arriving = new ConcurrentHashMap<>();
    private final Map<Long, OutgoingTransfer> leaving = new ConcurrentHashMap<>();
    private final Map<Long, byte[]> heldBack = new ConcurrentHashMap<>();
    private volatile long heard;
    private volatile boolean acknowledged;

    ClientPeer(ReplyAddress address, RememberedClient remembered) {
        this.address = address;
        this.remembered = remembered;
    }

    RememberedClient remembered() {
        return remembered;
    }

    /** The beginning of its subjects. */
    String subjects() {
        return address.client();
    }

    /** Its large requests that are not complete, by their numbers. */
    Map<Long, IncomingTransfer> arriving() {
        return arriving;
    }

    /** Its requests that may be late, so that it was asked whether it still wants them. */
    Map<Long, byte[]> heldBack() {
        return heldBack;
    }

    /** Large replies to it, by the numbers of the requests. */
    Map<Long, OutgoingTransfer> leaving() {
        return leaving;
    }

    void heard(long now) {
        heard = now;
    }

    long heardAt() {
        return heard;
    }

    /** It has heard that the server leaves, and sends nothing more. */
    void acknowledge() {
        acknowledged = true;
    }

    boolean hasAcknowledged() {
        return acknowledged;
    }

    @Override
    public String name() {
        return "nats client " + address.cid() + " (" + address.user() + ")";
    }

    @Override
    public InetSocketAddress address() {
        return null;
    }

    @Override
    public PeerIdentity identity() {
        return null;
    }

    @Override
    public String toString() {
        return name();
    }
}
