package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** The message of a failure says what to do, and is short whatever a peer has put into its certificate. */
class TlsFailureTest {

    @Test
    void messagesAboutACertificateAreCut() {
        SSLException failure = new SSLHandshakeException("internal");
        String message = "the certificate of CN=" + "\n".repeat(30_000) + " expired";
        failure.initCause(new PeerTrust.RejectedCertificateException(message, null));
        String text = TlsFailure.explain(failure, false);
        assertTrue(text.startsWith("the TLS handshake failed: the certificate of CN=\\n"), text);
        assertTrue(text.length() < 600, text);
    }

    @Test
    void anAlertIsExplained() {
        assertEquals(
                "the peer refused the TLS handshake with the alert certificate_required: it requires a certificate of this"
                        + " end; its log says why",
                TlsFailure.explain(
                        new SSLException("(certificate_required) Received fatal alert: certificate_required"), true));
    }

    /** After the handshake only a certificate is refused: TLS 1.3 reports that so late. */
    @Test
    void anAlertAfterTheHandshakeDoesNotRefuseTheHandshake() {
        SSLException failure = new SSLException("(bad_record_mac) Received fatal alert: bad_record_mac");
        assertEquals(
                "the peer refused the TLS handshake with the alert bad_record_mac; its log says why",
                TlsFailure.explain(failure, false));
        assertEquals(
                "the peer ended TLS with the alert bad_record_mac; its log says why",
                TlsFailure.explain(failure, true));
    }

    @Test
    void theMessageSaysWhenItFailed() {
        assertEquals("TLS failed: broken", TlsFailure.explain(new SSLException("broken"), true));
        assertEquals("the TLS handshake failed: null", TlsFailure.explain(new SSLException((String) null), false));
    }
}
