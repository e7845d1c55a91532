package org.slimta.bus.addresses;

/** Untrusted text for output: shortened, on one line, with invisible characters escaped. */
public final class VisibleText {

    private static final int MAX_CHARACTERS = 200;

    private VisibleText() {}

    /**
     * Returns the part of a text to show.
     *
     * @param text the text, not null
     * @return about 200 characters of it at most, never null
     */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_CHARACTERS));
        int end = 0;
        while (end < text.length() && shown.length() < MAX_CHARACTERS) {
            int c = text.codePointAt(end);
            if (isVisible(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(String.format("\\u%04x", c));
            }
            end += Character.charCount(c);
        }
        if (end < text.length()) {
            shown.append("... (").append(text.length()).append(" characters)");
        }
        return shown.toString();
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
