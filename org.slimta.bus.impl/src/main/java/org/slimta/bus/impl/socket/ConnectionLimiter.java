package org.slimta.bus.impl.socket;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.ServerOptions;

/** Counts the connections of a server, in total and from each address. Thread-safe. */
final class ConnectionLimiter {

    private static final int IPV6_NETWORK_BYTES = 8;

    private final AtomicInteger all = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /**
     * Adds a connection, if the limits allow one more.
     *
     * @return null, or why the connection is rejected
     */
    String admit(InetAddress address, ServerOptions options) {
        int count = byAddress.merge(network(address), 1, Integer::sum);
        String reason = null;
        if (count > options.maxConnectionsPerAddress()) {
            reason = "this address already has " + options.maxConnectionsPerAddress()
                    + " connections (maxConnectionsPerAddress)";
        }
        if (all.incrementAndGet() > options.maxConnections() && reason == null) {
            reason = "the server already has " + options.maxConnections() + " connections (maxConnections)";
        }
        if (reason != null) {
            release(address);
        }
        return reason;
    }

    /** Removes a connection. */
    void release(InetAddress address) {
        all.decrementAndGet();
        byAddress.computeIfPresent(network(address), (key, count) -> count == 1 ? null : count - 1);
    }

    int count() {
        return all.get();
    }

    /**
     * Maps an IPv6 address to its network of 64 bits, because a client with one IPv6 address usually has all of that
     * network.
     */
    private static InetAddress network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, IPV6_NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // The array has the length of an address.
        }
    }
}
