package org.slimta.bus.chaos;

/**
 * Where a client sends to: a server, over one way or another.
 *
 * @param name what the way is called
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
