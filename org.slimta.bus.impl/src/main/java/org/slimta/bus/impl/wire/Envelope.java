package org.slimta.bus.impl.wire;

/** The root element of a frame's XML. */
public enum Envelope {
    /** Holds the requests of a client. */
    REQUESTS("requests"),
    /** Holds the responses of a server. */
    RESPONSES("responses"),
    /** Has no items: it is about the connection itself. */
    CONTROL("control");

    private final String root;

    Envelope(String root) {
        this.root = root;
    }

    /** {@return the name of the element} */
    public String root() {
        return root;
    }
}
