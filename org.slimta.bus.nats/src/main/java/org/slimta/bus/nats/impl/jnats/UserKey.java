package org.slimta.bus.nats.impl.jnats;

import io.nats.client.AuthHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Proves who the user is with a key, and with a JWT if there is one. Immutable. */
final class UserKey implements AuthHandler {

    private static final Pattern JWT = Pattern.compile("BEGIN NATS USER JWT-+\\s+(\\S+)\\s+-+END NATS USER JWT");
    private static final Pattern SEED = Pattern.compile("BEGIN USER NKEY SEED-+\\s+(\\S+)\\s+-+END USER NKEY SEED");
    private static final int MAX_FILE_BYTES = 64 << 10;

    private final Nkey key;
    private final String jwt; // Null if the nodes know the key itself.

    private UserKey(Nkey key, String jwt) {
        this.key = key;
        this.jwt = jwt;
    }

    /** Reads a file with a seed. Blocks. */
    static UserKey ofSeed(Path file) throws IOException {
        return new UserKey(key(read(file, "nkey"), file, "nkey"), null);
    }

    /** Reads a file with a JWT and a seed. Blocks. */
    static UserKey ofCredentials(Path file) throws IOException {
        String text = read(file, "credentials");
        Matcher jwt = JWT.matcher(text);
        Matcher seed = SEED.matcher(text);
        if (!jwt.find() || !seed.find()) {
            throw new IOException("the file " + file + " (credentials) has no user JWT or no user NKEY seed");
        }
        return new UserKey(key(seed.group(1), file, "credentials"), jwt.group(1));
    }

    private static String read(Path file, String setting) throws IOException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IOException("it has more than 64 KiB");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException("the file " + file + " (" + setting + ") cannot be read: " + describe(e), e);
        }
    }

    private static String describe(IOException e) {
        return e.getMessage() == null || e.getClass().getSimpleName().startsWith("NoSuchFile")
                ? e.getClass().getSimpleName()
                : e.getMessage();
    }

    private static Nkey key(String seed, Path file, String setting) throws IOException {
        try {
            return Nkey.ofSeed(seed);
        } catch (IOException e) {
            throw new IOException("the file " + file + " (" + setting + ") cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] sign(byte[] nonce) {
        try {
            return key.sign(nonce);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key of the user cannot sign", e);
        }
    }

    @Override
    public char[] getID() {
        return key.publicKey().toCharArray();
    }

    @Override
    public char[] getJWT() {
        return jwt == null ? null : jwt.toCharArray();
    }
}
