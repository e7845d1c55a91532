package org.slimta.bus.impl.socket;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name. */
@FunctionalInterface
interface NameResolver {

    /** The resolver of the JVM. */
    NameResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /**
     * Looks a name up. May block, for as long as the operating system waits for DNS.
     *
     * @param host the name
     * @return its addresses, at least one, the preferred ones first
     * @throws UnknownHostException if it has none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
