package org.slimta.bus.impl.xml;

/** A document is over a limit. Unchecked, since it passes through a parser that does not know it. */
final class LimitExceeded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception for a limit.
     *
     * @param limit the name of the limit
     * @param value the value of the limit
     * @param what what is over the limit
     */
    LimitExceeded(String limit, int value, String what) {
        super("the XML is over the limit " + limit + " of " + value + ": " + what, null, false, false);
    }
}
