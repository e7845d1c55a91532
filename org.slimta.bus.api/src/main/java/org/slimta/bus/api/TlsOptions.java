package org.slimta.bus.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * TLS for a bus on a socket. Files are looked at once a second; what was replaced holds for connections that are made from then
 * on. Only ciphers with forward secrecy and authenticated encryption are spoken. Immutable; made by a {@link #builder()}.
 */
public final class TlsOptions {

    /** Whether a server asks its clients for a certificate. */
    public enum ClientAuth {
        /** It does not. */
        NONE,
        /** It does; a client may have none, but not a bad one. */
        WANTED,
        /** It does, and refuses a client that has none. */
        REQUIRED
    }

    private final Path certificate;
    private final Path privateKey;
    private final Path keyStore;
    private final String password;
    private final Path trust;
    private final String trustPassword;
    private final List<String> protocols;
    private final ClientAuth clientAuth;
    private final List<String> allowedPeers;
    private final String serverName;
    private final boolean checkServerName;
    private final Duration handshakeTimeout;

    private TlsOptions(Builder builder) {
        certificate = builder.certificate;
        privateKey = builder.privateKey;
        keyStore = builder.keyStore;
        password = builder.password;
        trust = builder.trust;
        trustPassword = builder.trustPassword;
        protocols = builder.protocols;
        clientAuth = builder.clientAuth;
        allowedPeers = builder.allowedPeers;
        serverName = builder.serverName;
        checkServerName = builder.checkServerName;
        handshakeTimeout = builder.handshakeTimeout;
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder, never null
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The certificate of this end, and those that issued it, in a file as PEM: with {@link #privateKey()}, or with {@link
     * #keyStore()} instead of both. A server must have one.
     *
     * @return the file, or null
     */
    public Path certificate() {
        return certificate;
    }

    /**
     * The private key of {@link #certificate()}, in a file as PEM (PKCS #8), which may be encrypted with {@link
     * #password()}.
     *
     * @return the file, or null
     */
    public Path privateKey() {
        return privateKey;
    }

    /**
     * A key store (PKCS #12 or JKS) with one private key and its certificates.
     *
     * @return the file, or null
     */
    public Path keyStore() {
        return keyStore;
    }

    /**
     * What the private key or the key store is encrypted with.
     *
     * @return the password, or null if there is none
     */
    public String password() {
        return password;
    }

    /**
     * The certificates that are trusted to issue those of peers: a file as PEM, or a key store.
     *
     * @return the file, or null; then a client trusts whom the JVM trusts, and a server nobody
     */
    public Path trust() {
        return trust;
    }

    /**
     * The password of the key store {@link #trust()}.
     *
     * @return the password, or null if there is none
     */
    public String trustPassword() {
        return trustPassword;
    }

    /**
     * The versions of TLS that may be spoken.
     *
     * @return {@code TLSv1.3}, {@code TLSv1.2} or both; never null or empty, unmodifiable; default both
     */
    public List<String> protocols() {
        return protocols;
    }

    /**
     * Whether a server asks its clients for a certificate.
     *
     * @return never null; default {@link ClientAuth#NONE}
     */
    public ClientAuth clientAuth() {
        return clientAuth;
    }

    /**
     * The peers that are allowed, of those whose certificate is good: each a subject, as {@code CN=edge,O=Example}, or a
     * subject alternative name, as {@code DNS:edge.example.com}, {@code IP:192.0.2.1}, {@code EMAIL:a@b} or {@code
     * URI:spiffe://example/edge}. For a client they are what servers may be.
     *
     * @return never null, unmodifiable; empty to allow all
     */
    public List<String> allowedPeers() {
        return allowedPeers;
    }

    /**
     * The name that the certificate of the server must have, which is also what the server is told that it is called.
     *
     * @return the name or address, or null for the host that the client connects to
     */
    public String serverName() {
        return serverName;
    }

    /**
     * Whether a client checks that the certificate of the server is for its name. Without that, whoever has a certificate of
     * a trusted issuer can be the server.
     *
     * @return whether it does; default true
     */
    public boolean checkServerName() {
        return checkServerName;
    }

    /**
     * How long the TLS handshake may take, from when the connection has come about.
     *
     * @return more than zero, not null; default 10 s
     */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsOptions options
                && Objects.equals(certificate, options.certificate)
                && Objects.equals(privateKey, options.privateKey)
                && Objects.equals(keyStore, options.keyStore)
                && Objects.equals(password, options.password)
                && Objects.equals(trust, options.trust)
                && Objects.equals(trustPassword, options.trustPassword)
                && Objects.equals(protocols, options.protocols)
                && clientAuth == options.clientAuth
                && Objects.equals(allowedPeers, options.allowedPeers)
                && Objects.equals(serverName, options.serverName)
                && checkServerName == options.checkServerName
                && Objects.equals(handshakeTimeout, options.handshakeTimeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(certificate, privateKey, keyStore, trust, protocols, clientAuth, allowedPeers, serverName);
    }

    /**
     * Starts from these options.
     *
     * @return a builder with their values, never null
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** All values, with their names; no passwords. */
    @Override
    public String toString() {
        return "TlsOptions[certificate=" + certificate
                + ", privateKey=" + privateKey
                + ", keyStore=" + keyStore
                + ", password=" + (password == null ? null : "(set)")
                + ", trust=" + trust
                + ", trustPassword=" + (trustPassword == null ? null : "(set)")
                + ", protocols=" + protocols
                + ", clientAuth=" + clientAuth
                + ", allowedPeers=" + allowedPeers
                + ", serverName=" + serverName
                + ", checkServerName=" + checkServerName
                + ", handshakeTimeout=" + handshakeTimeout
                + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {

        private Path certificate;
        private Path privateKey;
        private Path keyStore;
        private String password;
        private Path trust;
        private String trustPassword;
        private List<String> protocols = List.of("TLSv1.3", "TLSv1.2");
        private ClientAuth clientAuth = ClientAuth.NONE;
        private List<String> allowedPeers = List.of();
        private String serverName;
        private boolean checkServerName = true;
        private Duration handshakeTimeout = Duration.ofSeconds(10);

        private Builder() {}

        private Builder(TlsOptions options) {
            certificate = options.certificate;
            privateKey = options.privateKey;
            keyStore = options.keyStore;
            password = options.password;
            trust = options.trust;
            trustPassword = options.trustPassword;
            protocols = options.protocols;
            clientAuth = options.clientAuth;
            allowedPeers = options.allowedPeers;
            serverName = options.serverName;
            checkServerName = options.checkServerName;
            handshakeTimeout = options.handshakeTimeout;
        }

        /**
         * The certificate of this end, and those that issued it, in a file as PEM: with {@link TlsOptions#privateKey()}, or
         * with {@link TlsOptions#keyStore()} instead of both. A server must have one.
         *
         * @param value the file, or null
         * @return this
         */
        public Builder certificate(Path value) {
            certificate = value;
            return this;
        }

        /**
         * The private key of {@link TlsOptions#certificate()}, in a file as PEM (PKCS #8), which may be encrypted with
         * {@link TlsOptions#password()}.
         *
         * @param value the file, or null
         * @return this
         */
        public Builder privateKey(Path value) {
            privateKey = value;
            return this;
        }

        /**
         * A key store (PKCS #12 or JKS) with one private key and its certificates.
         *
         * @param value the file, or null
         * @return this
         */
        public Builder keyStore(Path value) {
            keyStore = value;
            return this;
        }

        /**
         * What the private key or the key store is encrypted with.
         *
         * @param value the password, or null if there is none
         * @return this
         */
        public Builder password(String value) {
            password = value;
            return this;
        }

        /**
         * The certificates that are trusted to issue those of peers: a file as PEM, or a key store.
         *
         * @param value the file, or null; then a client trusts whom the JVM trusts, and a server nobody
         * @return this
         */
        public Builder trust(Path value) {
            trust = value;
            return this;
        }

        /**
         * The password of the key store {@link TlsOptions#trust()}.
         *
         * @param value the password, or null if there is none
         * @return this
         */
        public Builder trustPassword(String value) {
            trustPassword = value;
            return this;
        }

        /**
         * The versions of TLS that may be spoken.
         *
         * @param value {@code TLSv1.3}, {@code TLSv1.2} or both; never null or empty, unmodifiable; default both
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder protocols(List<String> value) {
            protocols = OptionRange.subset("protocols", value, List.of("TLSv1.3", "TLSv1.2"));
            return this;
        }

        /**
         * Whether a server asks its clients for a certificate.
         *
         * @param value never null; default {@link ClientAuth#NONE}
         * @return this
         */
        public Builder clientAuth(ClientAuth value) {
            clientAuth = Objects.requireNonNull(value, "clientAuth");
            return this;
        }

        /**
         * The peers that are allowed, of those whose certificate is good: each a subject, as {@code CN=edge,O=Example}, or a
         * subject alternative name, as {@code DNS:edge.example.com}, {@code IP:192.0.2.1}, {@code EMAIL:a@b} or {@code
         * URI:spiffe://example/edge}. For a client they are what servers may be.
         *
         * @param value never null, unmodifiable; empty to allow all
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder allowedPeers(List<String> value) {
            allowedPeers = AllowedPeers.checked(value);
            return this;
        }

        /**
         * The name that the certificate of the server must have, which is also what the server is told that it is called.
         *
         * @param value the name or address, or null for the host that the client connects to
         * @return this
         */
        public Builder serverName(String value) {
            serverName = value;
            return this;
        }

        /**
         * Whether a client checks that the certificate of the server is for its name. Without that, whoever has a
         * certificate of a trusted issuer can be the server.
         *
         * @param value whether it does; default true
         * @return this
         */
        public Builder checkServerName(boolean value) {
            checkServerName = value;
            return this;
        }

        /**
         * How long the TLS handshake may take, from when the connection has come about.
         *
         * @param value more than zero, not null; default 10 s
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = OptionRange.positive("handshakeTimeout", value);
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options, never null
         * @throws IllegalArgumentException if they contradict each other
         */
        public TlsOptions build() {
            if ((certificate == null) != (privateKey == null)) {
                throw new IllegalArgumentException("of the options certificate and privateKey there must be both or none");
            }
            if (certificate != null && keyStore != null) {
                throw new IllegalArgumentException(
                        "there are the options certificate and keyStore; it must be one of them");
            }
            return new TlsOptions(this);
        }
    }
}
