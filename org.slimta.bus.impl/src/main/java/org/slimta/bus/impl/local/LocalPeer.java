package org.slimta.bus.impl.local;

import java.net.InetSocketAddress;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;

/** The peer of a local bus: the other end inside this JVM. */
record LocalPeer(String name, InetSocketAddress address, PeerIdentity identity) implements Peer {

    static final LocalPeer INSTANCE = new LocalPeer("local", null, null);

    @Override
    public String toString() {
        return name;
    }
}
