package org.slimta.bus.impl.tls;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognizes that a peer has refused the certificate of this end. In TLS 1.3 this is known only after the handshake.
 */
public final class CertificateAlert {

    /** The message of the JDK; Java 19 and later put the name of the alert before it too. */
    private static final Pattern ALERT = Pattern.compile("(?:\\([a-z_]+\\) )?Received fatal alert: ([a-z_]+)");

    private static final int MAX_CAUSES = 10;

    /** The alerts about certificates. Source: RFC 8446, 6.2. */
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

    /** Whether the alert with a name is about certificates. */
    static boolean isNamed(String alert) {
        return NAMES.contains(alert);
    }

    /**
     * Searches a failure and its causes for such an alert.
     *
     * @param failure the failure of a connection, or null
     * @return whether the peer has refused the certificate of this end; then it has read nothing of what was sent
     */
    public static boolean isIn(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
            Matcher message = ALERT.matcher(String.valueOf(cause.getMessage()));
            if (message.matches() && isNamed(message.group(1))) {
                return true;
            }
        }
        return false;
    }
}
