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

/** Reads what the options of TLS name: the key and the certificates of this end, and whom it trusts. */
final class KeyMaterial {

    private static final char[] IN_MEMORY = "in memory".toCharArray();

    private KeyMaterial() {}

    /** What this end shows, or null if there is nothing. */
    static KeyManager[] keyManagers(TlsOptions options) throws IOException, GeneralSecurityException {
        KeyStore store;
        char[] password;
        if (options.certificate() != null) {
            store = fromPem(options);
            password = IN_MEMORY;
        } else if (options.keyStore() != null) {
            password = chars(options.password());
            store = load(options.keyStore(), password);
            requireKey(store, options.keyStore(), password);
        } else {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static void requireKey(KeyStore store, Path file, char[] password) throws IOException, GeneralSecurityException {
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw new IOException("the key store " + file + " has " + keys.size() + " private keys; it must have one");
        }
        try {
            store.getKey(keys.get(0), password);
        } catch (UnrecoverableKeyException e) {
            throw new IOException(
                    "the private key in the key store " + file + " cannot be read: it has another password than the key store", e);
        }
    }

    private static KeyStore fromPem(TlsOptions options) throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = PemFile.read(options.certificate()).certificates();
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey key;
        try {
            key = PemFile.read(options.privateKey()).privateKey(options.password(), publicKey.getAlgorithm());
            if (!isPair(key, publicKey)) {
                throw notTheKey(options, null);
            }
        } catch (InvalidKeySpecException | InvalidKeyException | SignatureException e) {
            throw notTheKey(options, e);
        }
        KeyStore store = empty();
        store.setKeyEntry("key", key, IN_MEMORY, chain.toArray(Certificate[]::new));
        return store;
    }

    private static IOException notTheKey(TlsOptions options, Exception cause) {
        return new IOException(
                "the private key in " + options.privateKey() + " is not that of the certificate in " + options.certificate(), cause);
    }

    private static boolean isPair(Key privateKey, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
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

    /** Whom this end trusts, or null if it trusts nobody. */
    static TrustManager[] trustManagers(TlsOptions options, boolean client) throws IOException, GeneralSecurityException {
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

    /** The default type reads both PKCS #12 and JKS. */
    private static KeyStore load(Path file, char[] password) throws IOException, GeneralSecurityException {
        byte[] bytes = PemFile.readAll(file);
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(new ByteArrayInputStream(bytes), password);
        } catch (IOException e) {
            String why = !(e.getCause() instanceof UnrecoverableKeyException)
                    ? e.getMessage()
                    : password.length == 0 ? "there is no password" : "the password is wrong";
            throw new IOException("the key store " + file + " cannot be read: " + why, e);
        }
        return store;
    }
}
