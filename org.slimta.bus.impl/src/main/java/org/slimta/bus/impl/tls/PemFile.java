package org.slimta.bus.impl.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A file with certificates or a private key as text. Source: RFC 7468. */
final class PemFile {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";
    private static final int LARGEST = 4 << 20;

    private final Path file;
    private final String text;

    private PemFile(Path file, byte[] bytes) {
        this.file = file;
        this.text = new String(bytes, ISO_8859_1);
    }

    static PemFile read(Path file) throws IOException {
        return new PemFile(file, readAll(file));
    }

    /** The whole file. If it cannot be read, the message says which file, and why. */
    static byte[] readAll(Path file) throws IOException {
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new FileSystemException(file.toString(), null, "it is not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST) {
                    throw new FileSystemException(file.toString(), null, "it has more than " + LARGEST + " bytes");
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new IOException(explain(file, e), e);
        }
    }

    /** What the JDK says of a file that may not be read is its name alone. */
    private static String explain(Path file, IOException e) {
        String name = file.isAbsolute() ? file.toString() : file + " (" + file.toAbsolutePath() + ")";
        if (e instanceof NoSuchFileException) {
            return "there is no file " + name;
        }
        String why;
        if (e instanceof AccessDeniedException) {
            why = "permission denied; it, and the folders that it is in, must be readable by the user "
                    + System.getProperty("user.name") + ", as which this JVM runs";
        } else if (e instanceof FileSystemException failure) {
            why = failure.getReason() == null ? e.getClass().getSimpleName() : failure.getReason();
        } else {
            why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
        return "the file " + name + " cannot be read: " + why;
    }

    /** Whether there is anything in it of that form. */
    boolean isPem() {
        return text.contains("-----BEGIN ");
    }

    private record Block(String label, byte[] bytes) {}

    private List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                blocks.add(new Block(
                        matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new IOException("the file " + file + " is damaged: " + e.getMessage(), e);
            }
        }
        return blocks;
    }

    List<X509Certificate> certificates() throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks()) {
            if (block.label().equals(CERTIFICATE)) {
                certificates.add(certificate(factory, block.bytes()));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException("the file " + file + " has no certificate as PEM (-----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    private X509Certificate certificate(CertificateFactory factory, byte[] bytes) throws IOException {
        try {
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
        } catch (CertificateException e) {
            throw new IOException("the file " + file + " is damaged, it has a certificate that cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The private key.
     *
     * @param password what it is encrypted with, or null
     * @param algorithm of the public key
     */
    PrivateKey privateKey(String password, String algorithm) throws IOException, GeneralSecurityException {
        String others = "";
        for (Block block : blocks()) {
            if (block.label().equals(KEY)) {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
            }
            if (block.label().equals(ENCRYPTED_KEY)) {
                return KeyFactory.getInstance(algorithm).generatePrivate(decrypt(block.bytes(), password));
            }
            if (block.label().endsWith(KEY)) {
                others = "; it has a " + block.label() + ", which 'openssl pkcs8 -topk8 -nocrypt -in FILE' converts";
            }
        }
        throw new IOException("the file " + file + " has no private key as PEM of PKCS #8 (-----BEGIN PRIVATE KEY-----)" + others);
    }

    private PKCS8EncodedKeySpec decrypt(byte[] bytes, String password) throws IOException, GeneralSecurityException {
        if (password == null) {
            throw new IOException("the private key in " + file + " is encrypted, and there is no password");
        }
        EncryptedPrivateKeyInfo encrypted;
        try {
            encrypted = new EncryptedPrivateKeyInfo(bytes);
        } catch (IOException e) {
            throw new IOException("the private key in " + file + " is damaged: " + e.getMessage(), e);
        }
        String algorithm = encrypted.getAlgName().equals("PBES2") || encrypted.getAlgName().equals("1.2.840.113549.1.5.13")
                ? encrypted.getAlgParameters().toString()
                : encrypted.getAlgName();
        try {
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())),
                    encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(
                    "the private key in " + file + " could not be decrypted with its password: " + e.getMessage(), e);
        }
    }
}
