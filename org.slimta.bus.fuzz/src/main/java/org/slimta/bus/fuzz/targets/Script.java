package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;

/** Derives numbers and strings from bytes, always the same ones from the same bytes. Not thread-safe. */
final class Script {

    /** Unusual strings. Known inputs refer to them by their index, so their order must not change. */
    private static final List<String> UNUSUAL = List.of(
            "",
            " ",
            "]]>",
            "]]",
            ">",
            "<",
            "&",
            "&amp;",
            "\"",
            "'",
            "\r\n",
            "\r",
            "\n",
            "\t",
            "\u0000",
            "\u0001",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u2028",
            "\ud83d\ude00",
            "\ud83d",
            "\ude00",
            "\ufffe",
            "\uffff",
            "\ufeff",
            "<![CDATA[",
            "-->",
            "a:b",
            ":",
            "xmlns",
            "xmlns:a",
            "xml:lang",
            "\u00e9",
            "\u0132",
            "\u0300",
            "\u00b7",
            "\ud800\udc00",
            "a\u0300",
            "x".repeat(300));

    private final byte[] bytes;
    private int at;

    Script(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    /** The next number, from 0 to below a bound. */
    int number(int bound) {
        return hasMore() ? (bytes[at++] & 0xff) % bound : 0;
    }

    /** The next string: decoded from ISO-8859-1, UTF-8 or 16-bit units, or an unusual one. */
    String string() {
        return switch (number(4)) {
            case 0 -> new String(take(number(64)), ISO_8859_1);
            case 1 -> new String(take(number(64)), UTF_8);
            case 2 -> units(take(number(64)));
            default -> UNUSUAL.get(number(UNUSUAL.size()));
        };
    }

    /** Decodes 16-bit units, including lone surrogates, which the decoder of the JDK would replace. */
    private static String units(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i + 1 < bytes.length; i += 2) {
            text.append((char) ((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
        }
        return text.toString();
    }

    private byte[] take(int count) {
        int from = at;
        at = Math.min(bytes.length, at + count);
        return Arrays.copyOfRange(bytes, from, at);
    }
}
