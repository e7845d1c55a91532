package org.slimta.bus.impl.xml;

/** A document is over a limit. Unchecked, since it passes through a parser that knows nothing of it. */
final class LimitExceeded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A limit that was passed.
     *
     * @param limit its name
     * @param value its value
     * @param what what is over it
     */
    LimitExceeded(String limit, int value, String what) {
        super("the XML is over the limit " + limit + " of " + value + ": " + what, null, false, false);
    }
}
