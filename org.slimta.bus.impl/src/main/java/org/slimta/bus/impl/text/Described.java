package org.slimta.bus.impl.text;

/** What was thrown by code that is not ours, for a message: its text may be long, and it may fail to tell it at all. */
public final class Described {

    private Described() {}

    /**
     * Describes an exception.
     *
     * @param thrown what was thrown
     * @return its class and its message, as {@link Excerpt#ofMessage} shows them
     */
    public static String of(Throwable thrown) {
        try {
            return Excerpt.ofMessage(thrown.toString());
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName() + ", which fails to tell its message";
        }
    }
}
