package org.slimta.bus.impl.text;

import java.util.HexFormat;

/**
 * The beginning of a text that a peer sent, in the form in which it may stand in a message and in one line of a log: cut, and
 * with characters that cannot be seen, line ends above all, written as escapes such as {@code \n} and {@code \u001b}. Its cost
 * does not depend on the length of the text.
 */
public final class Excerpt {

    private static final int VALUE_LENGTH = 200;
    private static final int SENTENCE_LENGTH = 500;
    private static final int LINE_LENGTH = 2_000;

    private static final HexFormat HEX = HexFormat.of();

    private Excerpt() {}

    /**
     * Shows a name or a value.
     *
     * @param text what a peer sent, or null
     * @return its beginning, 200 characters at most, and how long it is if that is not the whole; never null
     */
    public static String of(String text) {
        return cut(text, VALUE_LENGTH);
    }

    /**
     * Shows a text that is a message itself, such as that of an exception in which names and values of a peer may stand.
     *
     * @param text the message, or null
     * @return its beginning, 500 characters at most, and how long it is if that is not the whole; never null
     */
    public static String ofMessage(String text) {
        return cut(text, SENTENCE_LENGTH);
    }

    /**
     * Shows a line of a log as a whole, whatever stands in it.
     *
     * @param text the line, or null
     * @return its beginning, 2,000 characters at most, and how long it is if that is not the whole; never null
     */
    public static String ofLine(String text) {
        return cut(text, LINE_LENGTH);
    }

    private static String cut(String text, int most) {
        if (text == null) {
            return "null";
        }
        if (text.length() <= most && text.chars().allMatch(Excerpt::isPlain)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most) + 32);
        int at = 0;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            String form = isVisible(character) ? Character.toString(character) : escape(character);
            if (shown.length() + form.length() > most) {
                return shown.append("... (").append(text.length()).append(" characters)").toString();
            }
            shown.append(form);
            at += Character.charCount(character);
        }
        return shown.toString();
    }

    private static boolean isPlain(int character) {
        return character >= ' ' && character < 127;
    }

    private static boolean isVisible(int character) {
        if (character < 128) {
            return isPlain(character);
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escape(int character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> {
                StringBuilder units = new StringBuilder();
                for (char unit : Character.toChars(character)) {
                    units.append("\\u").append(HEX.toHexDigits(unit));
                }
                yield units.toString();
            }
        };
    }
}
