package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The addresses of one server, in the order in which they are tried: the one that was reached last comes first, then
 * the two versions of IP alternate. Source: RFC 8305, 4. Thread-safe.
 */
final class ServerAddresses {

    private static final int MAX_DIGITS = 3;
    private static final int MAX_OCTET = 255;
    private static final int OCTETS = 4;
    private static final int HEX_RADIX = 16;

    private final String host;
    private final int port;
    private final NameResolver resolver;
    private final Lookups lookups;
    private final InetAddress only;
    private volatile InetAddress reached;

    ServerAddresses(String host, int port, NameResolver resolver, Lookups lookups) {
        this(host, port, resolver, lookups, null);
    }

    private ServerAddresses(String host, int port, NameResolver resolver, Lookups lookups, InetAddress only) {
        this.host = host;
        this.port = port;
        this.resolver = resolver;
        this.lookups = lookups;
        this.only = only;
    }

    /** Returns one of the addresses of a name, as the only one: it is not looked up again. */
    static ServerAddresses only(String host, int port, InetAddress address) {
        return new ServerAddresses(host, port, null, null, address);
    }

    /** Returns the host and port as they were configured. */
    InetSocketAddress unresolved() {
        return InetSocketAddress.createUnresolved(host, port);
    }

    /**
     * Looks up the name. Does not block.
     *
     * @param whenKnown receives the addresses, at least one, or a failure; called on this thread if no look-up is
     *     necessary, otherwise on a look-up thread
     * @return the inquiry
     */
    Lookups.Inquiry ask(BiConsumer<List<InetSocketAddress>, Throwable> whenKnown) {
        if (only != null) {
            deliver(List.of(only), null, whenKnown);
            return () -> {};
        }
        if (!isLiteral(host)) {
            return lookups.<List<InetAddress>>ask(
                    host, () -> resolver.resolve(host), (found, failure) -> deliver(found, failure, whenKnown));
        }
        List<InetAddress> found = null;
        UnknownHostException failure = null;
        try {
            found = List.of(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            failure = e;
        }
        deliver(found, failure, whenKnown);
        return () -> {};
    }

    private void deliver(
            List<InetAddress> found, Throwable failure, BiConsumer<List<InetSocketAddress>, Throwable> whenKnown) {
        if (failure == null && found.isEmpty()) {
            whenKnown.accept(null, new UnknownHostException(host));
        } else if (failure == null) {
            List<InetSocketAddress> addresses = new ArrayList<>(found.size());
            for (InetAddress each : found.size() == 1 ? found : order(found, reached)) {
                addresses.add(new InetSocketAddress(each, port));
            }
            whenKnown.accept(addresses, null);
        } else {
            whenKnown.accept(null, failure);
        }
    }

    /** A connection to that address was established. */
    void reached(InetAddress address) {
        reached = address;
    }

    /** Whether the host is an address, which needs no look-up, as {@link InetAddress#getByName} sees it. */
    static boolean isLiteral(String host) {
        if (host.indexOf(':') >= 0) {
            return host.charAt(0) == ':' || host.charAt(0) == '[' || Character.digit(host.charAt(0), HEX_RADIX) >= 0;
        }
        int octets = 1;
        int digits = 0;
        int octet = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c >= '0' && c <= '9' && digits < MAX_DIGITS) {
                octet = digits == 0 ? c - '0' : 10 * octet + c - '0';
                digits++;
            } else if (c == '.' && digits > 0) {
                octets++;
                digits = 0;
            } else {
                return false;
            }
            if (octet > MAX_OCTET) {
                return false;
            }
        }
        return octets == OCTETS && digits > 0;
    }

    static List<InetAddress> order(List<InetAddress> found, InetAddress first) {
        List<InetAddress> ordered = new ArrayList<>(found.size());
        Deque<InetAddress> one = new ArrayDeque<>();
        Deque<InetAddress> other = new ArrayDeque<>();
        for (InetAddress address : found) {
            (address.getClass() == found.get(0).getClass() ? one : other).add(address);
        }
        while (!one.isEmpty() || !other.isEmpty()) {
            if (!one.isEmpty()) {
                ordered.add(one.poll());
            }
            if (!other.isEmpty()) {
                ordered.add(other.poll());
            }
        }
        if (ordered.remove(first)) {
            ordered.add(0, first);
        }
        return ordered;
    }
}
