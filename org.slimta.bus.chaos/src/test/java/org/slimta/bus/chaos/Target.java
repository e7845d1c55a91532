package org.slimta.bus.chaos;

import java.util.List;

/**
 * The target of a client: a server, reached directly or through a relay, or several servers.
 *
 * @param name the name of the target
 * @param server the name of the server, or {@link Parcel#ANY_SERVER}
 * @param hosts the hosts to connect to, with their ports
 */
record Target(String name, String server, List<String> hosts) {

    /** A server at a port of this machine. */
    static Target at(String name, String server, int port) {
        return new Target(name, server, List.of("127.0.0.1:" + port));
    }

    /** Several servers of one client. */
    static Target anyOf(String name, List<String> hosts) {
        return new Target(name, Parcel.ANY_SERVER, hosts);
    }

    static Target parse(String text) {
        String[] words = text.split("/");
        return new Target(words[0], words[1], List.of(words[2].split("\\+")));
    }

    /** Whether the client is given a list of hosts. */
    boolean isList() {
        return server.equals(Parcel.ANY_SERVER);
    }

    @Override
    public String toString() {
        return name + "/" + server + "/" + String.join("+", hosts);
    }
}
