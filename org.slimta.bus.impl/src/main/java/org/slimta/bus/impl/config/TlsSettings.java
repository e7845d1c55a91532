package org.slimta.bus.impl.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;

/** The settings of TLS. */
final class TlsSettings {

    private TlsSettings() {}

    /** The certificate of this end, the certificates that it trusts, and the protocols. */
    interface Certificates {

        @AttributeDefinition(name = "TLS", required = false, defaultValue = "false",
                description = "Whether to encrypt. The other end must do so too.")
        boolean tls();

        @AttributeDefinition(name = "Certificate", required = false, defaultValue = "",
                description = "File: the certificate of this end, and those that issued it, as PEM. A client needs "
                        + "one only if the server asks for it.")
        String tlsCertificate();

        @AttributeDefinition(name = "Private key", required = false, defaultValue = "",
                description = "File: the private key of the certificate, as PEM of PKCS #8.")
        String tlsPrivateKey();

        @AttributeDefinition(name = "Key store", required = false, defaultValue = "",
                description = "File: a key store with both (PKCS #12 or JKS), in place of the two files.")
        String tlsKeyStore();

        @AttributeDefinition(name = "Password", required = false, defaultValue = "",
                description = "What the key store, or the private key, is encrypted with.")
        String tlsPassword();

        @AttributeDefinition(name = "Trust", required = false, defaultValue = "",
                description = "File: the certificates that are trusted to issue those of peers, as PEM or in a key "
                        + "store. Without it a client trusts whom the JVM trusts.")
        String tlsTrust();

        @AttributeDefinition(name = "Password of trust", required = false, defaultValue = "",
                description = "The password of the key store with trusted certificates.")
        String tlsTrustPassword();

        @AttributeDefinition(name = "Protocols", required = false, defaultValue = "TLSv1.3;TLSv1.2",
                description = "The versions of TLS to speak, separated by semicolons.")
        String tlsProtocols();
    }

    /** Whether a server asks for certificates. */
    interface ClientAuth {

        @AttributeDefinition(name = "Client certificates", required = false, defaultValue = "none",
                description = "Whether to ask clients for a certificate: none, wanted or required.")
        String tlsClientAuth();
    }

    /** Which peers are allowed. */
    interface Peers {

        @AttributeDefinition(name = "Allowed peers", required = false, defaultValue = "",
                description = "Which of those with a good certificate are allowed, separated by semicolons: by "
                        + "subject, as CN=edge,O=Example, or by name, as DNS:edge.example.com. Empty to allow all.")
        String tlsAllowedPeers();
    }

    /** How a client checks the name of its server. */
    interface ServerName {

        @AttributeDefinition(name = "Server name", required = false, defaultValue = "",
                description = "The name that the certificate of the server must have, if it is not the host.")
        String tlsServerName();

        @AttributeDefinition(name = "Check server name", required = false, defaultValue = "true",
                description = "Whether to check that name. Without that, whoever has any good certificate can be the "
                        + "server.")
        boolean tlsCheckServerName();
    }

    /** The time of the handshake. */
    interface Handshake {

        @AttributeDefinition(name = "Time for the handshake", required = false, defaultValue = "10s",
                description = "How long the TLS handshake may take.")
        String handshakeTimeout();
    }
}
