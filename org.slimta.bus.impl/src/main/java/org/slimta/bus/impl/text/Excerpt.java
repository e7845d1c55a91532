package org.slimta.bus.impl.text;

import java.util.HexFormat;

/**
 * The beginning of a text that a peer sent, in a form for messages and for one line of a log: cut, with escapes such as
 * {@code \n} and {@code \u001b} in place of invisible characters, line ends above all. The cost does not depend on the
 * length of the text.
 */
public final class Excerpt {

    private static final int VALUE_LENGTH = 200;
    private static final int MESSAGE_LENGTH = 500;
    private static final int LINE_LENGTH = 2_000;

    private static final int SUFFIX_LENGTH = 32; // Enough for "... (n characters)".

    private static final HexFormat HEX = HexFormat.of();

    private Excerpt() {}

    /**
     * Excerpts a name or a value.
     *
     * @param text what a peer sent, or null
     * @return its beginning, at most 200 characters, followed by its length if it was cut; never null
     */
    public static String of(String text) {
        return cut(text, VALUE_LENGTH);
    }

    /**
     * Excerpts a message, such as that of an exception, which may contain names and values that a peer sent.
     *
     * @param text the message, or null
     * @return its beginning, at most 500 characters, followed by its length if it was cut; never null
     */
    public static String ofMessage(String text) {
        return cut(text, MESSAGE_LENGTH);
    }

    /**
     * Excerpts a line of a log.
     *
     * @param text the line, or null
     * @return its beginning, at most 2,000 characters, followed by its length if it was cut; never null
     */
    public static String ofLine(String text) {
        return cut(text, LINE_LENGTH);
    }

    private static String cut(String text, int maxLength) {
        if (text == null) {
            return "null";
        }
        if (text.length() <= maxLength && text.chars().allMatch(Excerpt::isPlain)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(Math.min(text.length(), maxLength) + SUFFIX_LENGTH);
        int position = 0;
        while (position < text.length()) {
            int character = text.codePointAt(position);
            String form = isVisible(character) ? Character.toString(character) : escape(character);
            if (shown.length() + form.length() > maxLength) {
                return shown.append("... (")
                        .append(text.length())
                        .append(" characters)")
                        .toString();
            }
            shown.append(form);
            position += Character.charCount(character);
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
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
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
