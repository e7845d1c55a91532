package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.transport.SocketPeer;

/**
 * The hosts of a client, and the servers that these stand for: a name with several addresses is a server for each of
 * them. Names are looked up when the client sends, and not more often than once in a while. Before a name is known, and
 * as long as it has one address, it is a server by its name. Thread-safe.
 */
final class TargetHosts {

    /** How often a name is looked up while the client sends. */
    static final Duration LOOK_UP_INTERVAL = Duration.ofSeconds(30);

    /** How often a name is looked up while servers cannot be reached. */
    private static final long FAILURE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** More servers are not used. */
    private static final int MAX_SERVERS = 256;

    /**
     * A server.
     *
     * @param host a name or an address, with the port
     * @param address one of the addresses of the name; null for all of them
     */
    record Server(InetSocketAddress host, InetAddress address) {

        String name() {
            String name = SocketPeer.format(host.getHostString(), host.getPort());
            return address == null ? name : name + " (" + address.getHostAddress() + ")";
        }
    }

    private final NameResolver resolver;
    private final Lookups lookups;
    private final Runnable changed;
    private Map<InetSocketAddress, List<InetAddress>> addresses = Map.of(); // Guarded by this. Those that are known.
    private volatile List<InetSocketAddress> hosts = List.of();
    private volatile boolean haveNames;
    private volatile long due;

    /**
     * Creates an instance without hosts.
     *
     * @param resolver looks up names
     * @param lookups runs the look-ups
     * @param changed is called when addresses have changed; on a look-up thread
     */
    TargetHosts(NameResolver resolver, Lookups lookups, Runnable changed) {
        this.resolver = resolver;
        this.lookups = lookups;
        this.changed = changed;
    }

    /** Uses these hosts from now on. */
    synchronized void set(List<InetSocketAddress> newHosts, long now) {
        hosts = List.copyOf(new LinkedHashSet<>(newHosts));
        haveNames = hosts.stream().anyMatch(host -> !ServerAddresses.isLiteral(host.getHostString()));
        Map<InetSocketAddress, List<InetAddress>> kept = new LinkedHashMap<>(addresses);
        kept.keySet().retainAll(hosts);
        addresses = kept;
        due = now;
    }

    List<InetSocketAddress> hosts() {
        return hosts;
    }

    /** Looks up the names if that is due. Does not block. */
    void lookUpIfDue(Timer timer) {
        if (!haveNames) {
            return; // The usual case costs nothing.
        }
        long now = timer.now();
        if (now - due >= 0 && takeDue(now)) {
            hosts.forEach(this::lookUp);
        }
    }

    private synchronized boolean takeDue(long now) {
        if (now - due < 0) {
            return false; // Another thread was first.
        }
        due = now + LOOK_UP_INTERVAL.toNanos();
        return true;
    }

    /** A server cannot be reached: its name may have other addresses now. */
    synchronized void lookUpSoon(long now) {
        long soon = now + FAILURE_INTERVAL_NANOS;
        if (soon - due < 0) {
            due = soon;
        }
    }

    private void lookUp(InetSocketAddress host) {
        String name = host.getHostString();
        if (!ServerAddresses.isLiteral(name)) {
            lookups.<List<InetAddress>>ask(name, () -> resolver.resolve(name), (found, failure) -> {
                if (failure == null && !found.isEmpty() && note(host, found)) {
                    changed.run();
                }
            });
        }
    }

    /** Returns whether something has changed. A name that once had several addresses stays a server for each of them. */
    private synchronized boolean note(InetSocketAddress host, List<InetAddress> found) {
        List<InetAddress> before = addresses.get(host);
        List<InetAddress> now = List.copyOf(new LinkedHashSet<>(found));
        if (!hosts.contains(host)
                || (before == null && now.size() == 1)
                || (before != null && before.size() == now.size() && before.containsAll(now))) {
            return false;
        }
        Map<InetSocketAddress, List<InetAddress>> more = new LinkedHashMap<>(addresses);
        more.put(host, now);
        addresses = more;
        return true;
    }

    /** Returns the servers, in the order of the hosts; at least one. */
    synchronized List<Server> servers() {
        List<Server> all = new ArrayList<>();
        for (InetSocketAddress host : hosts) {
            List<InetAddress> known = addresses.get(host);
            if (known == null) {
                all.add(new Server(host, null));
            } else {
                known.forEach(address -> all.add(new Server(host, address)));
            }
        }
        return all.size() <= MAX_SERVERS ? all : all.subList(0, MAX_SERVERS);
    }
}
