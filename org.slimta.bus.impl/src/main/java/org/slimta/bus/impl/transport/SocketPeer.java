package org.slimta.bus.impl.transport;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;

/** The other end of a connection. */
public record SocketPeer(String name, InetSocketAddress address, PeerIdentity identity) implements Peer {

    public static SocketPeer of(InetSocketAddress address) {
        return new SocketPeer(format(address), address, null);
    }

    /** The same, known by its certificate; its name stays what it is. */
    public SocketPeer with(PeerIdentity shown) {
        return new SocketPeer(name, address, shown);
    }

    /** {@code host:port}, with brackets around an IPv6 address; the address rather than a name, where it is resolved. */
    public static String format(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return format(address.getHostString(), address.getPort());
        }
        String host = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address
                ? "[" + host + "]:" + address.getPort()
                : host + ":" + address.getPort();
    }

    public static String format(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    @Override
    public String toString() {
        return name;
    }
}
