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

/** A file with certificates or a private key in PEM. Source: RFC 7468. */
final class PemFile {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";
    private static final int MAX_FILE_BYTES = 4 << 20;

    private final Path file;
    private final String text;

    private PemFile(Path file, byte[] bytes) {
        this.file = file;
        this.text = new String(bytes, ISO_8859_1);
    }

    static PemFile read(Path file) throws IOException {
        return new PemFile(file, readAll(file));
    }

    /** Reads a whole file. If that fails, the message says which file and why. */
    static byte[] readAll(Path file) throws IOException {
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new FileSystemException(file.toString(), null, "not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
                if (bytes.length > MAX_FILE_BYTES) {
                    throw new FileSystemException(file.toString(), null, "larger than " + MAX_FILE_BYTES + " bytes");
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new IOException(explain(file, e), e);
        }
    }

    /** The message of the JDK for a file without permission is only its name. */
    private static String explain(Path file, IOException e) {
        String name = file.isAbsolute() ? file.toString() : file + " (" + file.toAbsolutePath() + ")";
        if (e instanceof NoSuchFileException) {
            return "there is no file " + name;
        }
        String why;
        if (e instanceof AccessDeniedException) {
            why = "permission denied; the file and its folders must be readable by the user "
                    + System.getProperty("user.name") + " of this JVM";
        } else if (e instanceof FileSystemException failure) {
            why = failure.getReason() == null ? e.getClass().getSimpleName() : failure.getReason();
        } else {
            why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
        return "the file " + name + " cannot be read: " + why;
    }

    /** Whether it contains any PEM block. */
    boolean isPem() {
        return text.contains("-----BEGIN ");
    }

    private record Block(String label, byte[] bytes) {}

    private List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
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
            throw new IOException("the file " + file + " has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    private X509Certificate certificate(CertificateFactory factory, byte[] bytes) throws IOException {
        try {
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
        } catch (CertificateException e) {
            throw new IOException(
                    "the file " + file + " is damaged: cannot read a certificate in it: " + e.getMessage(), e);
        }
    }

    /**
     * The private key.
     *
     * @param password the password that decrypts it, or null
     * @param algorithm the algorithm of the public key
     */
    PrivateKey privateKey(String password, String algorithm) throws IOException, GeneralSecurityException {
        String remedy = "";
        for (Block block : blocks()) {
            if (block.label().equals(KEY)) {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.bytes()));
            }
            if (block.label().equals(ENCRYPTED_KEY)) {
                return KeyFactory.getInstance(algorithm).generatePrivate(decrypt(block.bytes(), password));
            }
            if (block.label().endsWith(KEY)) {
                remedy = "; convert its " + block.label() + " with 'openssl pkcs8 -topk8 -nocrypt -in FILE'";
            }
        }
        throw new IOException(
                "the file " + file + " has no PKCS #8 private key in PEM (-----BEGIN PRIVATE KEY-----)" + remedy);
    }

    private PKCS8EncodedKeySpec decrypt(byte[] bytes, String password) throws IOException, GeneralSecurityException {
        if (password == null) {
            throw new IOException("the private key in " + file + " is encrypted, but no password is set");
        }
        EncryptedPrivateKeyInfo encrypted;
        try {
            encrypted = new EncryptedPrivateKeyInfo(bytes);
        } catch (IOException e) {
            throw new IOException("the private key in " + file + " is damaged: " + e.getMessage(), e);
        }
        String name = encrypted.getAlgName();
        String algorithm = name.equals("PBES2") || name.equals("1.2.840.113549.1.5.13")
                ? encrypted.getAlgParameters().toString()
                : name;
        try {
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())),
                    encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(
                    "the private key in " + file
                            + " could not be decrypted: the password is wrong, or the file is damaged ("
                            + e.getMessage() + ")",
                    e);
        }
    }
}
