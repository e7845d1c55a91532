package org.slimta.bus.chaos;

/**
 * The target of a client: a server, reached directly or through a relay.
 *
 * @param name the name of the target
 * @param server the name of the server
 * @param port the port to connect to
 */
record Target(String name, String server, int port) {

    static Target parse(String text) {
        String[] words = text.split(":");
        return new Target(words[0], words[1], Integer.parseInt(words[2]));
    }

    @Override
    public String toString() {
        return name + ":" + server + ":" + port;
    }
}
