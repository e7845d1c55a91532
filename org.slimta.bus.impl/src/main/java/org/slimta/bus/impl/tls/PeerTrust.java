package org.slimta.bus.impl.tls;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Date;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.text.Excerpt;

/** Decides whether the certificate of a peer is accepted; if not, the message says why and what to do. Thread-safe. */
final class PeerTrust extends X509ExtendedTrustManager {

    /** A certificate was not accepted. The message is for a person. */
    static final class RejectedCertificateException extends CertificateException {

        private static final long serialVersionUID = 1;

        RejectedCertificateException(String message, CertificateException cause) {
            super(message, cause);
        }
    }

    private final X509ExtendedTrustManager authorities;
    private final TlsOptions options;

    /**
     * Trusts the certificates that some authorities have issued.
     *
     * @param authorities checks chains, validity and names
     * @param options which peers are allowed
     */
    PeerTrust(X509ExtendedTrustManager authorities, TlsOptions options) {
        this.authorities = authorities;
        this.options = options;
    }

    private interface Check {
        void run() throws CertificateException;
    }

    private void check(X509Certificate[] chain, SSLEngine engine, Check check) throws CertificateException {
        try {
            check.run();
            // The JDK does not look at the dates of a certificate that is trusted itself, such as a self-signed one.
            chain[0].checkValidity();
        } catch (CertificateException e) {
            throw new RejectedCertificateException(explain(chain, engine, e), e);
        }
        if (!options.allowedPeers().isEmpty() && !Certificates.isOneOf(chain[0], options.allowedPeers())) {
            throw new RejectedCertificateException(
                    "the certificate of " + Certificates.describe(chain[0]) + " with the names "
                            + Certificates.describeNames(chain[0])
                            + " is valid, but this peer is not among the allowedPeers " + options.allowedPeers(),
                    null);
        }
    }

    private String explain(X509Certificate[] chain, SSLEngine engine, CertificateException e) {
        Date now = new Date();
        for (X509Certificate certificate : chain) {
            if (now.after(certificate.getNotAfter())) {
                return "the certificate of " + Certificates.describe(certificate) + " expired on "
                        + certificate.getNotAfter().toInstant() + "; renew it";
            }
            if (now.before(certificate.getNotBefore())) {
                return "the certificate of " + Certificates.describe(certificate) + " is not valid before "
                        + certificate.getNotBefore().toInstant() + "; check the clocks of both machines";
            }
        }
        X509Certificate leaf = chain[0];
        if (isUntrusted(e)) {
            return Certificates.isSelfSigned(leaf)
                    ? "the certificate of " + Certificates.describe(leaf)
                            + " is self-signed, and is not itself among the trusted certificates (trust)"
                    : "the certificate of " + Certificates.describe(leaf) + " was issued by "
                            + Excerpt.of(chain[chain.length - 1]
                                    .getIssuerX500Principal()
                                    .getName())
                            + ", which is not among the trusted certificates (trust)";
        }
        String name = engine == null ? null : engine.getPeerHost();
        if (engine != null && engine.getUseClientMode() && isNameMismatch(e)) {
            return "the certificate of " + Certificates.describe(leaf) + " is not for the name " + name + ", but for "
                    + Certificates.describeNames(leaf) + " (serverName, checkServerName)";
        }
        return "the certificate of " + Certificates.describe(leaf) + " is not accepted: " + e.getMessage();
    }

    private static boolean isUntrusted(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                return true;
            }
        }
        return e.getMessage() != null && e.getMessage().contains("No trusted certificate");
    }

    private static boolean isNameMismatch(CertificateException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("No subject alternative") || message.startsWith("No name matching");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine, () -> authorities.checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine, () -> authorities.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, null, () -> authorities.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, null, () -> authorities.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, null, () -> authorities.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, null, () -> authorities.checkServerTrusted(chain, authType));
    }

    /**
     * No acceptable issuers are named: a client with a certificate of another issuer would then send none, and this end
     * could not report what is wrong with it.
     */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
