package org.slimta.bus.impl.transport;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;

/** The other end of a connection. */
public record SocketPeer(String name, InetSocketAddress address, PeerIdentity identity) implements Peer {

    /** {@return a peer that is not identified, named by its address} */
    public static SocketPeer of(InetSocketAddress address) {
        return new SocketPeer(format(address), address, null);
    }

    /** {@return the same peer with its identity from TLS; its name stays the same} */
    public SocketPeer with(PeerIdentity shown) {
        return new SocketPeer(name, address, shown);
    }

    /**
     * {@return {@code host:port}, with brackets around an IPv6 address; the IP address and not the name, if it is
     * resolved}
     */
    public static String format(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return format(address.getHostString(), address.getPort());
        }
        String host = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address
                ? "[" + host + "]:" + address.getPort()
                : host + ":" + address.getPort();
    }

    /** {@return {@code host:port}, with brackets around an IPv6 address} */
    public static String format(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    @Override
    public String toString() {
        return name;
    }
}
