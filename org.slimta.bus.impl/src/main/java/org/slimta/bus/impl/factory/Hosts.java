package org.slimta.bus.impl.factory;

/** Conversions of hosts between the form that users write, a plain name or address, and the form in messages. */
public final class Hosts {

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
}
