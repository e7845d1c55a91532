package org.slimta.bus.impl.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slimta.bus.api.TlsOptions;

/**
 * Reads the files of the TLS options: the key and the certificates of this end, and the certificates that it trusts.
 */
final class KeyMaterial {

    private static final char[] PASSWORD_IN_MEMORY = "in memory".toCharArray();

    private KeyMaterial() {}

    /**
     * The key of this end.
     *
     * @param managers use the key
     * @param certificate the certificate of the key
     */
    record OwnKey(KeyManager[] managers, OwnCertificate certificate) {}

    /** Reads the key and the certificate of this end; null if it has none. */
    static OwnKey ownKey(TlsOptions options) throws IOException, GeneralSecurityException {
        KeyStore store;
        char[] password;
        Path file;
        if (options.certificate() != null) {
            store = fromPem(options);
            password = PASSWORD_IN_MEMORY;
            file = options.certificate();
        } else if (options.keyStore() != null) {
            password = chars(PasswordFile.passwordOf(options));
            store = load(options.keyStore(), password);
            file = options.keyStore();
        } else {
            return null;
        }
        String alias = aliasOfKey(store, file, password);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return new OwnKey(
                factory.getKeyManagers(), new OwnCertificate((X509Certificate) store.getCertificate(alias), file));
    }

    private static String aliasOfKey(KeyStore store, Path file, char[] password)
            throws IOException, GeneralSecurityException {
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw new IOException(
                    "the key store " + file + " has " + keys.size() + " private keys; it must have exactly one");
        }
        try {
            store.getKey(keys.get(0), password);
        } catch (UnrecoverableKeyException e) {
            throw new IOException(
                    "the private key in the key store " + file
                            + " cannot be read: its password differs from that of the key store",
                    e);
        }
        return keys.get(0);
    }

    private static KeyStore fromPem(TlsOptions options) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = PemFile.read(options.certificate()).certificates();
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key;
        try {
            key = PemFile.read(options.privateKey())
                    .privateKey(PasswordFile.passwordOf(options), publicKey.getAlgorithm());
            if (!isPair(key, publicKey)) {
                throw keyMismatch(options, null);
            }
        } catch (InvalidKeySpecException | InvalidKeyException | SignatureException e) {
            throw keyMismatch(options, e);
        }
        KeyStore store = empty();
        store.setKeyEntry("key", key, PASSWORD_IN_MEMORY, chain.toArray(Certificate[]::new));
        return store;
    }

    private static IOException keyMismatch(TlsOptions options, Exception cause) {
        return new IOException(
                "the private key in " + options.privateKey() + " does not belong to the certificate in "
                        + options.certificate(),
                cause);
    }

    private static boolean isPair(Key privateKey, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        byte[] text = "slimta.bus".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign((PrivateKey) privateKey);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(text);
        return signature.verify(signed);
    }

    /** Creates the trust managers that check peers; null if this end does not check them. */
    static TrustManager[] trustManagers(TlsOptions options, boolean client)
            throws IOException, GeneralSecurityException {
        if (options.trust() == null && !client) {
            return null;
        }
        KeyStore store = options.trust() == null ? null : trusted(options.trust(), options.trustPassword());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager authorities) {
                return new TrustManager[] {new PeerTrust(authorities, options)};
            }
        }
        throw new GeneralSecurityException("this JVM cannot check certificates");
    }

    private static KeyStore trusted(Path file, String password) throws IOException, GeneralSecurityException {
        PemFile pem = PemFile.read(file);
        if (!pem.isPem()) {
            return load(file, chars(password));
        }
        KeyStore store = empty();
        for (X509Certificate certificate : pem.certificates()) {
            store.setCertificateEntry("trusted " + store.size(), certificate);
        }
        return store;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static char[] chars(String password) {
        return password == null ? new char[0] : password.toCharArray();
    }

    /** Reads a key store. The default type reads both PKCS #12 and JKS. */
    private static KeyStore load(Path file, char[] password) throws IOException, GeneralSecurityException {
        byte[] bytes = PemFile.readAll(file);
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(new ByteArrayInputStream(bytes), password);
        } catch (IOException e) {
            String why = !(e.getCause() instanceof UnrecoverableKeyException)
                    ? e.getMessage()
                    : password.length == 0 ? "no password is set" : "the password is wrong";
            throw new IOException("the key store " + file + " cannot be read: " + why, e);
        }
        return store;
    }
}
