package org.slimta.bus.impl.xml;

/** Which characters XML can hold. Source: XML 1.0 fifth edition, production 2. */
final class XmlCharacters {

    private XmlCharacters() {}

    static void check(String text, String where) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < '\uD800' || c == '\n' || c == '\r' || c == '\t' || c >= '\uE000' && c < '\uFFFE') {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            throw new IllegalArgumentException(String.format(
                    "%s has U+%04X at index %d, which XML cannot hold; send such data as an attachment", where, (int) c, i));
        }
    }
}
