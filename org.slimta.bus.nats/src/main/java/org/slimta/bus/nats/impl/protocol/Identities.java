package org.slimta.bus.nats.impl.protocol;

import java.security.SecureRandom;
import java.util.Base64;

/** Identities of one life of a server or a client. */
public final class Identities {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 12;

    private Identities() {}

    /** {@return 96 random bits, as 16 characters that a subject may have} */
    public static String next() {
        byte[] bits = new byte[BYTES];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
