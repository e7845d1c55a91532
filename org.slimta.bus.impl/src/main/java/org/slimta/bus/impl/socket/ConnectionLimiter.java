package org.slimta.bus.impl.socket;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.ServerOptions;

/** How many connections a server has, in all and from each address. Thread-safe. */
final class ConnectionLimiter {

    private static final int IPV6_NETWORK = 8;

    private final AtomicInteger all = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /**
     * Counts a connection in, if there may be one more.
     *
     * @return why there may not, or null
     */
    String admit(InetAddress address, ServerOptions options) {
        int count = byAddress.merge(network(address), 1, Integer::sum);
        String reason = null;
        if (count > options.maxConnectionsPerAddress()) {
            reason = "it has " + options.maxConnectionsPerAddress() + " connections already (maxConnectionsPerAddress)";
        }
        if (all.incrementAndGet() > options.maxConnections() && reason == null) {
            reason = "there are " + options.maxConnections() + " connections already (maxConnections)";
        }
        if (reason != null) {
            release(address);
        }
        return reason;
    }

    /** Counts a connection out. */
    void release(InetAddress address) {
        all.decrementAndGet();
        byAddress.computeIfPresent(network(address), (key, count) -> count == 1 ? null : count - 1);
    }

    int count() {
        return all.get();
    }

    /** Who has one IPv6 address has a network of 64 bits. */
    private static InetAddress network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, IPV6_NETWORK, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // It has the length of an address.
        }
    }
}
