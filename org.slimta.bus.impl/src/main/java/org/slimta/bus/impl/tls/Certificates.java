package org.slimta.bus.impl.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.text.Ascii;
import org.slimta.bus.impl.text.Excerpt;

/** Reads what certificates contain, and describes them in messages. */
final class Certificates {

    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;

    private static final int MAX_SHOWN_NAMES = 5;

    private Certificates() {}

    /** Who the peer of a session is; null if it has shown no certificate, which it may. */
    static PeerIdentity peerIdentity(SSLSession session) {
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                return identity((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException e) {
            // It has shown none.
        }
        return null;
    }

    private static PeerIdentity identity(X509Certificate certificate) {
        return new PeerIdentity(subject(certificate), names(certificate), certificate);
    }

    static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /** Its subject, or its names if it has none, cut for a message: a peer may send a long one. */
    static String describe(X509Certificate certificate) {
        String subject = subject(certificate);
        return subject.isEmpty() ? describeNames(certificate) : Excerpt.of(subject);
    }

    /** Its first names, for a message. */
    static String describeNames(X509Certificate certificate) {
        List<String> names = names(certificate);
        String first =
                names.stream().limit(MAX_SHOWN_NAMES).map(Excerpt::of).collect(Collectors.joining(", ", "[", ""));
        return first + (names.size() > MAX_SHOWN_NAMES ? ", and " + (names.size() - MAX_SHOWN_NAMES) + " more]" : "]");
    }

    static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                String prefix = switch ((Integer) alternative.get(0)) {
                    case EMAIL -> "EMAIL:";
                    case DNS -> "DNS:";
                    case URI -> "URI:";
                    case IP -> "IP:";
                    default -> null;
                };
                if (prefix != null) {
                    names.add(prefix + alternative.get(1));
                }
            }
        } catch (CertificateParsingException e) {
            return List.of(); // Then no peer can be allowed by its names.
        }
        return names;
    }

    /** Whether the peer with a certificate is among the allowed ones, by a name or by its subject. */
    static boolean isOneOf(X509Certificate certificate, List<String> allowed) {
        List<String> names = names(certificate);
        for (String each : allowed) {
            if (each.matches("(DNS|IP|EMAIL|URI):.+")
                    ? names.stream().anyMatch(name -> isSameName(name, each))
                    : new X500Principal(each).equals(certificate.getSubjectX500Principal())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSameName(String one, String other) {
        if (one.startsWith("DNS:") || one.startsWith("EMAIL:")) {
            return Ascii.isSameIgnoringCase(one, other);
        }
        if (one.startsWith("IP:") && other.startsWith("IP:")) {
            try {
                return InetAddress.getByName(one.substring(3)).equals(InetAddress.getByName(other.substring(3)));
            } catch (UnknownHostException e) {
                return false;
            }
        }
        return one.equals(other);
    }

    static boolean isSelfSigned(X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
