package org.slimta.bus.impl.wire;

/** The root element that holds the items of a frame. */
public enum Envelope {
    /** From a client. */
    REQUESTS("requests"),
    /** From a server. */
    RESPONSES("responses");

    private final String root;

    Envelope(String root) {
        this.root = root;
    }

    /**
     * The name of the element.
     *
     * @return its name
     */
    public String root() {
        return root;
    }
}
