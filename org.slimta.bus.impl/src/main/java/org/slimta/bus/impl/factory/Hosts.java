package org.slimta.bus.impl.factory;

/** The hosts of sockets, as users write them and as they are shown. */
public final class Hosts {

    private Hosts() {}

    /**
     * The same without the brackets that belong around an address of IPv6 where a port follows.
     *
     * @param host a name or an address
     * @return the name or the address alone
     */
    public static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Puts both together.
     *
     * @param host a name or an address without brackets
     * @param port the port
     * @return {@code host:port}, with brackets around an address of IPv6
     */
    public static String withPort(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
