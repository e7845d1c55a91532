package org.slimta.bus.impl.tls;

import org.slimta.bus.impl.text.Excerpt;

/** Explains to a person why TLS has failed. Text of the peer, such as names in its certificate, is cut. */
final class TlsFailure {

    private static final String ALERT = "Received fatal alert: ";
    private static final int MAX_CAUSES = 10;

    private TlsFailure() {}

    static String explain(Throwable failure, boolean secured) {
        return Excerpt.ofMessage(sentence(failure, secured));
    }

    private static String sentence(Throwable failure, boolean secured) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof PeerTrust.RejectedCertificateException) {
                return "the TLS handshake failed: " + cause.getMessage();
            }
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains(ALERT)) {
            String alert = message.substring(message.indexOf(ALERT) + ALERT.length());
            if (secured && !CertificateAlert.isNamed(alert)) {
                return "the peer ended TLS with the alert " + alert + "; its log says why";
            }
            String hint = hint(alert);
            return "the peer refused the TLS handshake with the alert " + alert + hint
                    + (hint.endsWith("?") ? " Its log says why" : "; its log says why");
        }
        if (message.contains("Empty client certificate chain") || message.contains("null cert chain")) {
            return "the TLS handshake failed: the client sent no certificate, but must send one (clientAuth)";
        }
        return (secured ? "TLS failed: " : "the TLS handshake failed: ") + message;
    }

    private static String hint(String alert) {
        return switch (alert) {
            case "certificate_required" -> ": it requires a certificate of this end";
            case "bad_certificate", "certificate_unknown", "unknown_ca", "certificate_expired" ->
                ": it does not accept the certificate of this end, or got none";
            case "protocol_version" -> ": it supports none of the TLS versions that are enabled here";
            case "handshake_failure" -> ": it has no cipher in common with this end, or requires a certificate";
            case "unexpected_message" -> ": perhaps it does not use TLS; is TLS enabled on that port?";
            default -> "";
        };
    }
}
