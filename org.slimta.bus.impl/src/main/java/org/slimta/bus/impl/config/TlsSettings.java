package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Option;

/** The settings of TLS. */
public final class TlsSettings {

    private TlsSettings() {}

    /** Certificates, trust and protocols. */
    public interface Certificates {

        @AttributeDefinition(
                name = "TLS",
                required = false,
                defaultValue = "false",
                description = "Whether to use TLS. It must be set at both ends or at neither.")
        boolean tls();

        @AttributeDefinition(
                name = "Certificate",
                required = false,
                defaultValue = "",
                description = "File: the certificate of this end, followed by those of its issuers, in PEM format. A "
                        + "client needs one only if the server asks for it.")
        String tlsCertificate();

        @AttributeDefinition(
                name = "Private key",
                required = false,
                defaultValue = "",
                description = "File: the private key of the certificate, PKCS #8 in PEM format.")
        String tlsPrivateKey();

        @AttributeDefinition(
                name = "Key store",
                required = false,
                defaultValue = "",
                description = "File: a key store (PKCS #12 or JKS) with the certificate and its private key, in place "
                        + "of the two files.")
        String tlsKeyStore();

        @AttributeDefinition(
                name = "Key store password",
                type = AttributeType.PASSWORD,
                required = false,
                defaultValue = "",
                description = "The password of the key store or of the private key.")
        String tlsPassword();

        @AttributeDefinition(
                name = "Password file",
                required = false,
                defaultValue = "",
                description = "File: its first line is the password of the key store or of the private key, in place "
                        + "of the password itself. It is read again when it changes.")
        String tlsPasswordFile();

        @AttributeDefinition(
                name = "Trust store",
                required = false,
                defaultValue = "",
                description = "File: the certificates of the trusted issuers, in PEM format or in a key store. A "
                        + "client without this setting trusts the issuers that the JVM trusts.")
        String tlsTrust();

        @AttributeDefinition(
                name = "Trust store password",
                type = AttributeType.PASSWORD,
                required = false,
                defaultValue = "",
                description = "The password of the trust store.")
        String tlsTrustPassword();

        @AttributeDefinition(
                name = "TLS protocols",
                required = false,
                defaultValue = "TLSv1.3;TLSv1.2",
                options = {
                    @Option(label = "TLS 1.3 and TLS 1.2", value = "TLSv1.3;TLSv1.2"),
                    @Option(label = "Only TLS 1.3", value = "TLSv1.3"),
                    @Option(label = "Only TLS 1.2", value = "TLSv1.2")
                },
                description = "The TLS versions to offer, separated by semicolons.")
        String tlsProtocols();
    }

    /** Whether a server asks for certificates. */
    public interface ClientAuth {

        @AttributeDefinition(
                name = "Client authentication",
                required = false,
                defaultValue = "none",
                options = {
                    @Option(label = "Do not ask", value = "none"),
                    @Option(label = "Ask, and accept clients without one", value = "wanted"),
                    @Option(label = "Refuse clients without one", value = "required")
                },
                description = "Whether to ask clients for a certificate: none, wanted or required.")
        String tlsClientAuth();
    }

    /** Which peers are accepted. */
    public interface Peers {

        @AttributeDefinition(
                name = "Allowed peers",
                required = false,
                defaultValue = "",
                description = "Which peers with a valid certificate are accepted, separated by semicolons: by "
                        + "subject, for example CN=edge,O=Example, or by name, for example DNS:edge.example.com. "
                        + "Empty to accept all.")
        String tlsAllowedPeers();
    }

    /** How a client checks the name of its server. */
    public interface ServerName {

        @AttributeDefinition(
                name = "Server name",
                required = false,
                defaultValue = "",
                description = "The name that must be in the certificate of the server, if it is not the host.")
        String tlsServerName();

        @AttributeDefinition(
                name = "Check server name",
                required = false,
                defaultValue = "true",
                description = "Whether to check that the certificate is for the server name. Without this check, "
                        + "anyone with a valid certificate can pose as the server.")
        boolean tlsCheckServerName();
    }

    /** The timeout of the handshake. */
    public interface Handshake {

        @AttributeDefinition(
                name = "Handshake timeout",
                required = false,
                defaultValue = "10s",
                description = "How long the TLS handshake may take.")
        String handshakeTimeout();
    }
}
