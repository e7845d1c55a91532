package org.slimta.bus.impl.xml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The names that were read last, so that each need not be made anew. It holds a bounded number; which of two that fall on the
 * same place stays is left to chance. Thread-safe.
 */
final class NameCache {

    private static final int PLACES = 256;
    private static final int LONGEST = 64;

    private final String[] names = new String[PLACES]; // Strings are immutable: whatever another thread put here is whole.

    /** The name of ASCII characters that stands in an array. */
    String get(byte[] bytes, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        int place = (hash ^ hash >>> 8 ^ hash >>> 16) & PLACES - 1;
        String known = names[place];
        if (known != null && isSame(known, bytes, from, to)) {
            return known;
        }
        String name = new String(bytes, from, to - from, ISO_8859_1);
        if (name.length() <= LONGEST) {
            names[place] = name;
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
