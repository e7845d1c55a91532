package org.slimta.bus.impl.config;

import org.slimta.bus.impl.factory.Hosts;

/**
 * The address of a bus on a socket.
 *
 * @param host a name or an address, without brackets
 * @param port the TCP port
 */
record HostPort(String host, int port) {

    @Override
    public String toString() {
        return Hosts.withPort(host, port);
    }
}
