package org.slimta.bus.impl.text;

/**
 * What somebody else's code threw, as it may be kept and logged: the exception itself, or, if a message in it is too long for
 * that or cannot be shown as it is, a copy with the same traces. Such messages often repeat what a peer sent, as that of
 * {@link NumberFormatException} does.
 */
public final class BoundedCause extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MOST_CAUSES = 16;
    private static final int MOST_EXCEPTIONS = 64;

    /** The class of what was thrown. */
    private final String type;

    private BoundedCause(Throwable thrown, String message, Throwable cause) {
        super(message, cause);
        type = thrown.getClass().getName();
        setStackTrace(thrown.getStackTrace());
    }

    /**
     * Makes it bounded.
     *
     * @param thrown what was thrown, not null
     * @return it, if all that it would be logged as can be shown as it is; else a copy, without what was suppressed and with 16
     *     causes at most
     */
    public static Throwable of(Throwable thrown) {
        try {
            return new Look().isBounded(thrown) ? thrown : copy(thrown, MOST_CAUSES);
        } catch (RuntimeException | Error e) { // The bundle of an exception may have gone, and some classes with it.
            return new BoundedCause(thrown, "what it says cannot be read: " + e.getClass().getName(), null);
        }
    }

    private static BoundedCause copy(Throwable thrown, int depth) {
        if (thrown == null || depth == 0) {
            return null;
        }
        String message = thrown.getMessage();
        return new BoundedCause(
                thrown, message == null ? null : Excerpt.ofMessage(message), copy(thrown.getCause(), depth - 1));
    }

    @Override
    public String toString() {
        return getMessage() == null ? type : type + ": " + getMessage();
    }

    /** One look at an exception and at those that belong to it, which may be many, or each other's causes. */
    private static final class Look {

        private int left = MOST_EXCEPTIONS;

        boolean isBounded(Throwable thrown) {
            if (left-- == 0 || !isShownAsItIs(thrown.getMessage()) || !isShownAsItIs(thrown.toString())) {
                return false;
            }
            for (Throwable suppressed : thrown.getSuppressed()) {
                if (!isBounded(suppressed)) {
                    return false;
                }
            }
            return thrown.getCause() == null || isBounded(thrown.getCause());
        }

        private static boolean isShownAsItIs(String text) {
            return text == null || text.equals(Excerpt.ofMessage(text));
        }
    }
}
