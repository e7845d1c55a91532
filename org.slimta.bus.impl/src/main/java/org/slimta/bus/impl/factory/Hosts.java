package org.slimta.bus.impl.factory;

import java.net.InetSocketAddress;
import java.util.List;

/** Conversions of hosts between the form that users write, a plain name or address, and the form in messages. */
public final class Hosts {

    private static final int MAX_PORT = 65535;

    private Hosts() {}

    /**
     * Removes the brackets that enclose an IPv6 address where a port follows.
     *
     * @param host a name or an address, with or without brackets, not null
     * @return the name or the address without brackets
     */
    public static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Joins a host and a port.
     *
     * @param host a name or an address without brackets, not null
     * @param port the port
     * @return {@code host:port}, with brackets around an IPv6 address
     */
    public static String withPort(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /**
     * Reads a list of hosts.
     *
     * @param hosts each {@code host:port}, or a host alone if there is a default port; not null
     * @param defaultPort the port of hosts without one; 0 if each must have its own
     * @return the hosts in the same order, not looked up
     * @throws IllegalArgumentException with a message for users, if there are no hosts or one of them cannot be read
     */
    public static List<InetSocketAddress> parse(List<String> hosts, int defaultPort) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("there are no hosts; give at least one, such as relay.example.com:4025");
        }
        return hosts.stream().map(host -> parse(host.strip(), defaultPort)).toList();
    }

    private static InetSocketAddress parse(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean bare = text.indexOf(':') != colon && !text.startsWith("["); // An IPv6 address without brackets.
        boolean hasPort = colon >= 0 && !bare && text.indexOf(']', colon) < 0;
        String host = withoutBrackets(hasPort ? text.substring(0, colon) : text);
        int port = hasPort ? portOf(text.substring(colon + 1)) : defaultPort;
        if (host.isEmpty() || host.indexOf('[') >= 0 || host.indexOf(' ') >= 0 || port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + text + "' must be "
                    + (defaultPort > 0 ? "host or host:port" : "host:port")
                    + ", such as relay.example.com:4025 or [2001:db8::1]:4025, with a port from 1 to " + MAX_PORT);
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

    private static int portOf(String digits) {
        return digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
    }
}
