package org.slimta.bus.impl.local;

import java.net.InetSocketAddress;
import org.slimta.bus.api.Peer;

/** The other end inside this JVM. */
record LocalPeer(String name, InetSocketAddress address) implements Peer {

    static final LocalPeer INSTANCE = new LocalPeer("local", null);

    @Override
    public String toString() {
        return name;
    }
}
