package org.slimta.bus.nats.impl.jnats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/**
 * The key of a user, as NATS writes it: a seed in Base32 that begins with {@code SU}. Keys and signatures are those of the JDK (Ed25519).
 * Source: github.com/nats-io/nkeys. Immutable.
 */
final class Nkey {

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int SEED_PREFIX = 18 << 3;
    private static final int USER_PREFIX = 20 << 3;
    private static final int SEED_BYTES = 32;
    private static final int CHECKSUM_BYTES = 2;
    private static final int CHECKSUM_POLYNOMIAL = 0x1021;
    private static final String ALGORITHM = "Ed25519";

    private final KeyPair pair;

    private Nkey(KeyPair pair) {
        this.pair = pair;
    }

    /**
     * Reads a seed.
     *
     * @param text the seed
     * @return the key
     * @throws IOException if it is not the seed of a user; the message does not show it
     */
    static Nkey ofSeed(String text) throws IOException {
        byte[] all = decode(text.strip());
        if (all == null || all.length != 2 + SEED_BYTES + CHECKSUM_BYTES) {
            throw new IOException("it is not a seed of a user, which has 58 letters and digits and begins with SU");
        }
        byte[] body = Arrays.copyOf(all, all.length - CHECKSUM_BYTES);
        int checksum = (all[all.length - 2] & 0xff) | (all[all.length - 1] & 0xff) << 8;
        int type = (all[0] & 0x07) << 5 | (all[1] & 0xf8) >> 3;
        if ((all[0] & 0xf8) != SEED_PREFIX || type != USER_PREFIX) {
            throw new IOException("it is not a seed of a user, which begins with SU");
        }
        if (checksum != checksum(body)) {
            throw new IOException("it is a seed with a wrong checksum: a letter is wrong or missing");
        }
        byte[] seed = Arrays.copyOfRange(body, 2, body.length);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, new SeedOnly(seed));
            return new Nkey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IOException("this JVM has no Ed25519", e);
        }
    }

    /** {@return the public key, as the nodes have it in their configuration: {@code U} and 55 letters and digits} */
    String publicKey() {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] body = new byte[1 + SEED_BYTES];
        body[0] = (byte) USER_PREFIX;
        System.arraycopy(encoded, encoded.length - SEED_BYTES, body, 1, SEED_BYTES);
        int checksum = checksum(body);
        byte[] all = Arrays.copyOf(body, body.length + CHECKSUM_BYTES);
        all[all.length - 2] = (byte) checksum;
        all[all.length - 1] = (byte) (checksum >> 8);
        return encode(all);
    }

    /** Signs what the node wants to be signed. */
    byte[] sign(byte[] nonce) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(pair.getPrivate());
        signature.update(nonce);
        return signature.sign();
    }

    /** CRC-16 XMODEM. */
    private static int checksum(byte[] bytes) {
        int crc = 0;
        for (byte each : bytes) {
            crc ^= (each & 0xff) << 8;
            for (int i = 0; i < 8; i++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ CHECKSUM_POLYNOMIAL;
            }
            crc &= 0xffff;
        }
        return crc;
    }

    /** Returns null if it is not Base32. */
    private static byte[] decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = BASE32.indexOf(text.charAt(i));
            if (value < 0) {
                return null;
            }
            buffer = (buffer << 5 | value) & 0xfff;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes.write(buffer >> bits);
            }
        }
        return bytes.toByteArray();
    }

    private static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        int buffer = 0;
        int bits = 0;
        for (byte each : bytes) {
            buffer = (buffer << 8 | (each & 0xff)) & 0xfff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32.charAt((buffer >> bits) & 0x1f));
            }
        }
        return bits == 0
                ? text.toString()
                : text.append(BASE32.charAt((buffer << (5 - bits)) & 0x1f)).toString();
    }

    /** Gives a generator of keys the seed in place of random bytes: the JDK has no other way from a seed to its public key. */
    private static final class SeedOnly extends SecureRandom {

        private static final long serialVersionUID = 1;

        private final byte[] seed;

        SeedOnly(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
