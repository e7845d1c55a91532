package org.slimta.bus.impl.text;

/** Descriptions of exceptions that user code has thrown: their message may be long, and reading it may throw. */
public final class Described {

    private Described() {}

    /**
     * Describes an exception.
     *
     * @param thrown what was thrown, not null
     * @return its class and its message, in the form of {@link Excerpt#ofMessage}
     */
    public static String of(Throwable thrown) {
        try {
            return Excerpt.ofMessage(thrown.toString());
        } catch (RuntimeException | Error e) {
            return thrown.getClass().getName() + ", whose message cannot be read";
        }
    }
}
