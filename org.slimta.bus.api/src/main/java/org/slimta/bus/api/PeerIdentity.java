package org.slimta.bus.api;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who a peer is, by the certificate that it has shown and that was found to be good. Immutable.
 *
 * @param subject the subject of the certificate as RFC 2253 writes it, as {@code CN=edge,O=Example}; may be empty, never null
 * @param names its subject alternative names, as {@code DNS:edge.example.com}, {@code IP:192.0.2.1}, {@code EMAIL:a@b} or
 *     {@code URI:spiffe://example/edge}; never null, unmodifiable
 * @param certificate the certificate, not null
 */
public record PeerIdentity(String subject, List<String> names, X509Certificate certificate) {

    /**
     * Copies the names.
     *
     * @param subject the subject
     * @param names the names
     * @param certificate the certificate
     */
    public PeerIdentity {
        names = List.copyOf(names);
    }
}
