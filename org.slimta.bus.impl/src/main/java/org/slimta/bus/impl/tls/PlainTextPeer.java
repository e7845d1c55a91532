package org.slimta.bus.impl.tls;

/** Recognizes that a peer does not use TLS: it sent other bytes, or said so with an alert. Each attempt ends like that. */
public final class PlainTextPeer {

    /** What TLS libraries make of the alert in {@link TlsLayer#refusal}. Source: RFC 8446, 6. */
    private static final String ALERT = "Received fatal alert: unexpected_message";

    private static final int MAX_CAUSES = 10;

    private PlainTextPeer() {}

    /**
     * Searches a failure of a TLS handshake and its causes for that.
     *
     * @param failure why a connection could not be opened, or null
     * @return whether the peer does not use TLS; then it has read nothing of what was sent
     */
    public static boolean isIn(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof NotTlsException || isAlert(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }

    /** Java 19 and later put the name of the alert before the message too. */
    private static boolean isAlert(String message) {
        return message != null && message.endsWith(ALERT);
    }
}
