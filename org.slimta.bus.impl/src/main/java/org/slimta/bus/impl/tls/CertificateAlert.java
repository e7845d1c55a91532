package org.slimta.bus.impl.tls;

import java.util.Set;

/** Tells whether a peer has refused the certificate of this end, which in TLS 1.3 shows only after the handshake. */
public final class CertificateAlert {

    private static final String ALERT = "Received fatal alert: ";
    private static final int DEEPEST = 10;

    /** Source: RFC 8446, 6.2. */
    private static final Set<String> NAMES = Set.of(
            "access_denied",
            "bad_certificate",
            "certificate_expired",
            "certificate_required",
            "certificate_revoked",
            "certificate_unknown",
            "unknown_ca",
            "unsupported_certificate");

    private CertificateAlert() {}

    /** Whether an alert with this name is one. */
    static boolean isNamed(String alert) {
        return NAMES.contains(alert);
    }

    /**
     * Looks for it.
     *
     * @param failure what happened on a connection
     * @return whether the peer has refused the certificate of this end, so that it has read nothing of what was sent
     */
    public static boolean isIn(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < DEEPEST && cause != null; i++, cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && message.startsWith(ALERT) && isNamed(message.substring(ALERT.length()))) {
                return true;
            }
        }
        return false;
    }
}
