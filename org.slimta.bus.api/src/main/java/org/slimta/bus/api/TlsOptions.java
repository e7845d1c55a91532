package org.slimta.bus.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Options of TLS for a bus on a socket. Immutable; built with {@link #builder()}.
 *
 * <p>The files are checked for changes once a second; reloaded certificates apply to new connections. Only cipher
 * suites with forward secrecy and authenticated encryption are offered.
 */
public final class TlsOptions {

    /** Whether a server asks its clients for a certificate. */
    public enum ClientAuth {
        /** The server does not ask. */
        NONE,
        /** The server asks; it accepts a client without a certificate, but not one whose certificate is invalid. */
        WANTED,
        /** The server asks, and refuses a client without a valid certificate. */
        REQUIRED
    }

    /** A copy of the builder that nothing changes any more. */
    private final Builder values;

    private TlsOptions(Builder builder) {
        values = new Builder(builder);
    }

    /** {@return a builder that starts with the defaults, never null} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the PEM file with the certificate of this end, followed by those of its issuers; or null, the default}
     * It is used together with {@link #privateKey()}; {@link #keyStore()} may be set instead of both. A server must
     * have one or the other.
     */
    public Path certificate() {
        return values.certificate;
    }

    /**
     * {@return the PEM file (PKCS #8) with the private key of {@link #certificate()}; or null, the default} The key may
     * be encrypted with {@link #password()}.
     */
    public Path privateKey() {
        return values.privateKey;
    }

    /**
     * {@return the key store file (PKCS #12 or JKS) with one private key and its certificates; or null, the default}
     */
    public Path keyStore() {
        return values.keyStore;
    }

    /** {@return the password of the private key or of the key store, or null if there is none; default null} */
    public String password() {
        return values.password;
    }

    /**
     * {@return a file whose first line, in UTF-8, is the password, instead of {@link #password()}; or null, the
     * default} It is read whenever the certificate is.
     */
    public Path passwordFile() {
        return values.passwordFile;
    }

    /**
     * {@return the file with the certificates of trusted issuers, as PEM or a key store; or null, the default} With
     * null a client trusts the issuers that the JVM trusts, and a server trusts nobody.
     */
    public Path trust() {
        return values.trust;
    }

    /** {@return the password of the key store {@link #trust()}, or null if there is none; default null} */
    public String trustPassword() {
        return values.trustPassword;
    }

    /**
     * {@return the versions of TLS that may be used: {@code TLSv1.3}, {@code TLSv1.2} or both; unmodifiable, never null
     * or empty, default both}
     */
    public List<String> protocols() {
        return values.protocols;
    }

    /** {@return whether a server asks its clients for a certificate; never null, default {@link ClientAuth#NONE}} */
    public ClientAuth clientAuth() {
        return values.clientAuth;
    }

    /**
     * {@return the peers that are allowed, among those whose certificate passed validation; unmodifiable, never null;
     * empty, the default, to allow all}
     *
     * <p>Each is a subject, such as {@code CN=edge,O=Example}, or a subject alternative name, such as
     * {@code DNS:edge.example.com}, {@code IP:192.0.2.1}, {@code EMAIL:a@b} or {@code URI:spiffe://example/edge}. For a
     * server they are clients, for a client servers.
     */
    public List<String> allowedPeers() {
        return values.allowedPeers;
    }

    /**
     * {@return the name that the certificate of the server must have, or null for the host that the client connects to;
     * default null} It may be an address. The client also sends it to the server as the name of the server (SNI).
     */
    public String serverName() {
        return values.serverName;
    }

    /**
     * {@return whether a client checks that the certificate of the server is for its name; default true} Without the
     * check, anyone with a certificate of a trusted issuer can pose as the server.
     */
    public boolean checkServerName() {
        return values.checkServerName;
    }

    /**
     * {@return how long the TLS handshake may take once the connection is established; more than zero, not null,
     * default 10 s}
     */
    public Duration handshakeTimeout() {
        return values.handshakeTimeout;
    }

    /** {@return a builder that starts with these options, never null} */
    public Builder toBuilder() {
        return new Builder(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsOptions that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    /** {@return all options with their names; passwords are shown as {@code (set)}} */
    @Override
    public String toString() {
        return "TlsOptions" + values.named();
    }

    /**
     * Builds {@link TlsOptions}; not thread-safe. The getters of {@link TlsOptions} say what each option means, its
     * range and default. A value out of range is refused with an {@link IllegalArgumentException} that states what is
     * allowed. No duration may be longer than 365 days.
     */
    public static final class Builder {

        private Path certificate;
        private Path privateKey;
        private Path keyStore;
        private String password;
        private Path passwordFile;
        private Path trust;
        private String trustPassword;
        private List<String> protocols = List.of("TLSv1.3", "TLSv1.2");
        private ClientAuth clientAuth = ClientAuth.NONE;
        private List<String> allowedPeers = List.of();
        private String serverName;
        private boolean checkServerName = true;
        private Duration handshakeTimeout = Duration.ofSeconds(10);

        private Builder() {}

        private Builder(Builder other) {
            certificate = other.certificate;
            privateKey = other.privateKey;
            keyStore = other.keyStore;
            password = other.password;
            passwordFile = other.passwordFile;
            trust = other.trust;
            trustPassword = other.trustPassword;
            protocols = other.protocols;
            clientAuth = other.clientAuth;
            allowedPeers = other.allowedPeers;
            serverName = other.serverName;
            checkServerName = other.checkServerName;
            handshakeTimeout = other.handshakeTimeout;
        }

        private NamedValues named() {
            return new NamedValues()
                    .add("certificate", certificate)
                    .add("privateKey", privateKey)
                    .add("keyStore", keyStore)
                    .addSecret("password", password)
                    .add("passwordFile", passwordFile)
                    .add("trust", trust)
                    .addSecret("trustPassword", trustPassword)
                    .add("protocols", protocols)
                    .add("clientAuth", clientAuth)
                    .add("allowedPeers", allowedPeers)
                    .add("serverName", serverName)
                    .add("checkServerName", checkServerName)
                    .add("handshakeTimeout", handshakeTimeout);
        }

        /**
         * Sets {@link TlsOptions#certificate()}.
         *
         * @param value the file, or null
         * @return this builder
         */
        public Builder certificate(Path value) {
            certificate = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#privateKey()}.
         *
         * @param value the file, or null
         * @return this builder
         */
        public Builder privateKey(Path value) {
            privateKey = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#keyStore()}.
         *
         * @param value the file, or null
         * @return this builder
         */
        public Builder keyStore(Path value) {
            keyStore = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#password()}.
         *
         * @param value the password, or null if there is none
         * @return this builder
         */
        public Builder password(String value) {
            password = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#passwordFile()}.
         *
         * @param value the file, or null
         * @return this builder
         */
        public Builder passwordFile(Path value) {
            passwordFile = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#trust()}.
         *
         * @param value the file, or null
         * @return this builder
         */
        public Builder trust(Path value) {
            trust = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#trustPassword()}.
         *
         * @param value the password, or null if there is none
         * @return this builder
         */
        public Builder trustPassword(String value) {
            trustPassword = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#protocols()}.
         *
         * @param value one or both of {@code TLSv1.3} and {@code TLSv1.2}, not null or empty; copied
         * @return this builder
         */
        public Builder protocols(List<String> value) {
            protocols = OptionRange.subset("protocols", value, List.of("TLSv1.3", "TLSv1.2"));
            return this;
        }

        /**
         * Sets {@link TlsOptions#clientAuth()}.
         *
         * @param value not null
         * @return this builder
         */
        public Builder clientAuth(ClientAuth value) {
            clientAuth = Objects.requireNonNull(value, "clientAuth");
            return this;
        }

        /**
         * Sets {@link TlsOptions#allowedPeers()}.
         *
         * @param value subjects and subject alternative names, not null; copied
         * @return this builder
         */
        public Builder allowedPeers(List<String> value) {
            allowedPeers = AllowedPeers.checked(value);
            return this;
        }

        /**
         * Sets {@link TlsOptions#serverName()}.
         *
         * @param value the name or address, or null
         * @return this builder
         */
        public Builder serverName(String value) {
            serverName = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#checkServerName()}.
         *
         * @param value whether to check
         * @return this builder
         */
        public Builder checkServerName(boolean value) {
            checkServerName = value;
            return this;
        }

        /**
         * Sets {@link TlsOptions#handshakeTimeout()}.
         *
         * @param value more than zero, not null
         * @return this builder
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = OptionRange.positive("handshakeTimeout", value);
            return this;
        }

        /**
         * {@return options with the values set so far, never null}
         *
         * @throws IllegalArgumentException if only one of certificate and privateKey is set, both certificate and
         *     keyStore, or both password and passwordFile
         */
        public TlsOptions build() {
            return TlsConsistency.checked(new TlsOptions(this));
        }
    }
}
