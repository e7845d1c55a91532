package org.slimta.bus.addresses;

/** A text of somebody else as it can be shown: cut, on one line, with what cannot be seen made visible. */
public final class VisibleText {

    private static final int LONGEST = 200;

    private VisibleText() {}

    /**
     * What is shown of a text.
     *
     * @param text the text, not null
     * @return some 200 characters of it at most
     */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST));
        int end = 0;
        while (end < text.length() && shown.length() < LONGEST) {
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
