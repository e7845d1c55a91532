package org.slimta.bus.impl.xml;

import com.ctc.wstx.util.XmlChars;
import java.util.Arrays;
import org.slimta.bus.impl.text.Excerpt;

/**
 * Writes the bytes of a document, in UTF-8. A name, text or value is either written so that it is read back the same,
 * or refused with an exception; then the caller can undo what was written since some size. Not thread-safe. Source: XML
 * 1.0 fifth edition.
 */
final class XmlBytes {

    /** The size of the longest escape, that of a quotation mark; a character has at most 3 bytes in UTF-8, a pair 4. */
    private static final int MAX_CHARACTER_BYTES = 6;

    private static final boolean[] PLAIN_TEXT = new boolean[128];
    private static final boolean[] PLAIN_VALUE = new boolean[128];
    private static final boolean[] NAME = new boolean[128];

    static {
        for (char c = ' '; c < 128; c++) {
            PLAIN_TEXT[c] = c != '<' && c != '&' && c != '>';
            PLAIN_VALUE[c] = c != '<' && c != '&' && c != '"';
            NAME[c] = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._:".indexOf(c) >= 0;
        }
        PLAIN_TEXT['\t'] = true;
    }

    /** The names that were checked last; most are constants. Racy on purpose: strings are immutable. */
    private static final String[] KNOWN = new String[512];

    private static final int MAX_KNOWN_NAME_CHARACTERS = 64;

    private byte[] bytes = new byte[512];
    private int size;

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    int size() {
        return size;
    }

    /** Undoes what was written since it had a size. */
    void truncate(int to) {
        size = to;
    }

    private void reserve(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, count)));
        }
    }

    void put(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
    }

    void put(char ascii, char next) {
        reserve(2);
        bytes[size++] = (byte) ascii;
        bytes[size++] = (byte) next;
    }

    void putSpaces(int count) {
        reserve(count);
        Arrays.fill(bytes, size, size += count, (byte) ' ');
    }

    private void putAscii(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            bytes[size++] = (byte) ascii.charAt(i);
        }
    }

    /** Writes a copy of bytes that were written before. */
    void putAgain(int from, int to) {
        reserve(to - from);
        System.arraycopy(bytes, from, bytes, size, to - from);
        size += to - from;
    }

    /** Writes a name, which {@link #checkName} must have accepted. */
    void putName(String name) {
        reserve(3 * name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 128) {
                bytes[size++] = (byte) c;
            } else {
                i += putBeyondAscii(name, i);
            }
        }
    }

    /**
     * Checks that a string is a name in XML.
     *
     * @throws IllegalArgumentException if it is not
     */
    static void checkName(String name) {
        int hash = name.hashCode();
        int place = (hash ^ hash >>> 9 ^ hash >>> 18) & KNOWN.length - 1;
        if (KNOWN[place] != name) {
            checkUnknownName(name);
            if (name.length() <= MAX_KNOWN_NAME_CHARACTERS) {
                KNOWN[place] = name;
            }
        }
    }

    private static void checkUnknownName(String name) {
        boolean good = !name.isEmpty() && isNameStart(name.charAt(0));
        for (int i = 0; good && i < name.length(); i++) {
            char c = name.charAt(i);
            // Woodstox accepts any surrogate.
            good = c < 128 ? NAME[c] : !Character.isSurrogate(c) && XmlChars.is10NameChar(c);
        }
        if (!good) {
            throw new IllegalArgumentException("not a valid XML name: '" + Excerpt.of(name) + "'");
        }
    }

    private static boolean isNameStart(char c) {
        return c < 128 ? NAME[c] && c != '-' && c != '.' && !(c >= '0' && c <= '9') : XmlChars.is10NameStartChar(c);
    }

    /** Writes text; each line feed becomes CR LF. */
    void putText(String text) {
        reserve(text.length() + MAX_CHARACTER_BYTES);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128 && PLAIN_TEXT[c]) {
                bytes[size++] = (byte) c;
                continue;
            }
            switch (c) {
                case '<' -> putAscii("&lt;");
                case '&' -> putAscii("&amp;");
                case '>' -> putAscii(size >= 2 && bytes[size - 1] == ']' && bytes[size - 2] == ']' ? "&gt;" : ">");
                case '\n' -> putAscii("\r\n");
                case '\r' -> putAscii("&#xd;");
                default -> i += putOther(text, i);
            }
            reserve(text.length() - i + MAX_CHARACTER_BYTES);
        }
    }

    /** Writes the value of an attribute, without the quotation marks around it. */
    void putValue(String value) {
        reserve(value.length() + MAX_CHARACTER_BYTES);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 128 && PLAIN_VALUE[c]) {
                bytes[size++] = (byte) c;
                continue;
            }
            switch (c) {
                case '<' -> putAscii("&lt;");
                case '&' -> putAscii("&amp;");
                case '"' -> putAscii("&quot;");
                case '\n' -> putAscii("&#xa;");
                case '\r' -> putAscii("&#xd;");
                case '\t' -> putAscii("&#x9;");
                default -> i += putOther(value, i);
            }
            reserve(value.length() - i + MAX_CHARACTER_BYTES);
        }
    }

    private int putOther(String text, int index) {
        int more = text.charAt(index) < 128 ? -1 : putBeyondAscii(text, index);
        if (more < 0) {
            throw new IllegalArgumentException(String.format(
                    "has U+%04X at index %d, which XML cannot hold; send such data as an attachment",
                    (int) text.charAt(index), index));
        }
        return more;
    }

    /** Gives the number of further characters that it has written; -1 if XML cannot hold the character. */
    private int putBeyondAscii(String text, int index) {
        char c = text.charAt(index);
        if (c < 0x800) {
            bytes[size++] = (byte) (0xC0 | c >> 6);
            bytes[size++] = (byte) (0x80 | (c & 0x3F));
            return 0;
        }
        if (!Character.isSurrogate(c)) {
            if (c >= 0xFFFE) {
                return -1;
            }
            bytes[size++] = (byte) (0xE0 | c >> 12);
            bytes[size++] = (byte) (0x80 | (c >> 6 & 0x3F));
            bytes[size++] = (byte) (0x80 | (c & 0x3F));
            return 0;
        }
        if (!Character.isHighSurrogate(c)
                || index + 1 == text.length()
                || !Character.isLowSurrogate(text.charAt(index + 1))) {
            return -1;
        }
        int point = Character.toCodePoint(c, text.charAt(index + 1));
        bytes[size++] = (byte) (0xF0 | point >> 18);
        bytes[size++] = (byte) (0x80 | (point >> 12 & 0x3F));
        bytes[size++] = (byte) (0x80 | (point >> 6 & 0x3F));
        bytes[size++] = (byte) (0x80 | (point & 0x3F));
        return 1;
    }
}
