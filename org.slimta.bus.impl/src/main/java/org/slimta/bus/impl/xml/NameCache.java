package org.slimta.bus.impl.xml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Caches the names that were read last, so that no new string is created for each. It holds a bounded number of names;
 * of two that belong to the same slot the one written last stays. Thread-safe.
 */
final class NameCache {

    private static final int SLOTS = 256;
    private static final int MAX_NAME_CHARACTERS = 64;

    /** Racy on purpose: strings are immutable, so one of another thread is complete. */
    private final String[] names = new String[SLOTS];

    /** Gives the ASCII characters of an array, from an index to another, as a string. */
    String get(byte[] bytes, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
        String known = names[slot];
        if (known != null && isSame(known, bytes, from, to)) {
            return known;
        }
        String name = new String(bytes, from, to - from, ISO_8859_1);
        if (name.length() <= MAX_NAME_CHARACTERS) {
            names[slot] = name;
        }
        return name;
    }

    private static boolean isSame(String name, byte[] bytes, int from, int to) {
        if (name.length() != to - from) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
