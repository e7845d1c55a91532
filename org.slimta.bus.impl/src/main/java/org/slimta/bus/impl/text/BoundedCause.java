package org.slimta.bus.impl.text;

/**
 * An exception of user code in a form that can be stored and logged: the exception itself or, if one of its messages is
 * too long or has invisible characters, a copy with the same stack traces. Such messages often repeat what a peer sent,
 * for example that of {@link NumberFormatException}.
 */
public final class BoundedCause extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 16;
    private static final int MAX_EXCEPTIONS = 64;

    /** The class of the exception that this is a copy of. */
    private final String type;

    private BoundedCause(Throwable thrown, String message, Throwable cause) {
        super(message, cause);
        type = thrown.getClass().getName();
        setStackTrace(thrown.getStackTrace());
    }

    /**
     * Bounds an exception.
     *
     * @param thrown what was thrown, not null
     * @return the same exception if all its messages are short and visible, else a copy without suppressed exceptions
     *     and with at most 16 causes
     */
    public static Throwable of(Throwable thrown) {
        try {
            return new Inspection().isBounded(thrown) ? thrown : copy(thrown, MAX_CAUSES);
        } catch (RuntimeException | Error e) { // The bundle of the exception may be gone, and its classes with it.
            return new BoundedCause(
                    thrown, "its message cannot be read: " + e.getClass().getName(), null);
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

    /** Inspects an exception with its causes and suppressed ones, which may be many, or the causes of each other. */
    private static final class Inspection {

        private int left = MAX_EXCEPTIONS;

        boolean isBounded(Throwable thrown) {
            if (left-- == 0 || !isUnchanged(thrown.getMessage()) || !isUnchanged(thrown.toString())) {
                return false;
            }
            for (Throwable suppressed : thrown.getSuppressed()) {
                if (!isBounded(suppressed)) {
                    return false;
                }
            }
            return thrown.getCause() == null || isBounded(thrown.getCause());
        }

        private static boolean isUnchanged(String text) {
            return text == null || text.equals(Excerpt.ofMessage(text));
        }
    }
}
