package org.slimta.bus.api;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The identity of a peer: what its certificate, which passed validation, says. Immutable.
 *
 * @param subject the subject of the certificate in the form of RFC 2253, such as {@code CN=edge,O=Example}; may be
 *     empty, not null
 * @param names its subject alternative names, such as {@code DNS:edge.example.com}, {@code IP:192.0.2.1},
 *     {@code EMAIL:a@b} or {@code URI:spiffe://example/edge}; not null, unmodifiable
 * @param certificate the certificate, not null
 */
public record PeerIdentity(String subject, List<String> names, X509Certificate certificate) {

    /**
     * Creates an identity.
     *
     * @param subject the subject, not null
     * @param names the names, not null; copied
     * @param certificate the certificate, not null
     */
    public PeerIdentity {
        names = List.copyOf(names);
    }
}
