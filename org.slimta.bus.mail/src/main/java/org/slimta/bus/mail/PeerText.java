package org.slimta.bus.mail;

/** Text of a peer for messages: shortened, on one line, with invisible characters escaped. */
final class PeerText {

    private static final int MAX_CHARACTERS = 200;

    private PeerText() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_CHARACTERS));
        int end = 0;
        while (end < text.length() && shown.length() < MAX_CHARACTERS) {
            int c = text.codePointAt(end);
            append(shown, c);
            end += Character.charCount(c);
        }
        if (end < text.length()) {
            shown.append("... (").append(text.length()).append(" characters)");
        }
        return shown.toString();
    }

    private static void append(StringBuilder shown, int c) {
        switch (c) {
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                if (isVisible(c)) {
                    shown.appendCodePoint(c);
                } else {
                    shown.append(String.format("\\u%04x", c));
                }
            }
        }
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
