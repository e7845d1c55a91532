package org.slimta.bus.mail;

import org.slimta.bus.api.xml.XmlElement;

/**
 * The text of elements as slimta's Lua programs read it: they remove surrounding white space, since it may be
 * indentation. A text that starts on the line of its tag is not indented, so it is returned unchanged, with its white
 * space.
 */
final class ElementText {

    private ElementText() {}

    static String of(XmlElement element) {
        return unindented(element.text());
    }

    /** Reads a text that is one word: of an indented text the first word, or an empty text if it has none. */
    static String word(XmlElement element) {
        String text = element.text();
        if (!isIndented(text)) {
            return text;
        }
        String word = withoutBlanksAround(text);
        int end = 0;
        while (end < word.length() && !isBlank(word.charAt(end))) {
            end++;
        }
        return word.substring(0, end);
    }

    /** Reads a text that children follow: their indentation, and that of the end tag, is not part of it. */
    static String beforeChildren(XmlElement element) {
        String text = element.text();
        int end = text.length();
        for (int lines = element.children().isEmpty() ? 0 : element.children().size() + 1; lines > 0; lines--) {
            int lineEnd = end - 1;
            while (lineEnd >= 0 && text.charAt(lineEnd) != '\n' && isBlank(text.charAt(lineEnd))) {
                lineEnd--;
            }
            if (lineEnd < 0 || text.charAt(lineEnd) != '\n') {
                break;
            }
            end = lineEnd;
        }
        return unindented(text.substring(0, end));
    }

    private static String unindented(String text) {
        return isIndented(text) ? withoutBlanksAround(text) : text;
    }

    private static boolean isIndented(String text) {
        return !text.isEmpty() && text.charAt(0) == '\n';
    }

    static String withoutBlanksAround(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (start < end && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** White space both in Lua and in XML. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
