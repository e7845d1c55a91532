package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host name. */
@FunctionalInterface
interface NameResolver {

    /** The resolver of the JVM. */
    NameResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /**
     * Looks up a host name. May block, for as long as the operating system waits for DNS.
     *
     * @param host the host name
     * @return its addresses, at least one, the preferred ones first
     * @throws UnknownHostException if the name has no address
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
