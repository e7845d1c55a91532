package org.slimta.bus.impl.status;

/** What users' exceptions say, in a line of bounded length: their texts may be long, and they may fail to tell at all. */
public final class Described {

    private static final int LONGEST = 500;

    private Described() {}

    /**
     * Describes an exception.
     *
     * @param failure what was thrown
     * @return its class and its message, cut, with what is no printable character made visible
     */
    public static String of(Throwable failure) {
        String text;
        try {
            text = String.valueOf(failure);
        } catch (RuntimeException | Error e) {
            return failure.getClass().getName() + ", which fails to tell its message";
        }
        return line(text);
    }

    /**
     * Makes a line of a text.
     *
     * @param text any text
     * @return the same, cut, with control characters made visible
     */
    public static String line(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < LONGEST; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.length() < LONGEST ? line.toString() : line + " (" + text.length() + " characters)";
    }
}
