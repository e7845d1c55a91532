package org.slimta.bus.impl.text;

/**
 * Operations of formats that are defined for ASCII. Java's methods accept the digits, cases and blanks of all scripts.
 */
public final class Ascii {

    private Ascii() {}

    /**
     * Compares texts. Upper and lower case are equal for ASCII letters, and for no others.
     *
     * @param one a text, not null
     * @param other another text, not null
     * @return whether they are equal
     */
    public static boolean isSameIgnoringCase(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            if (toLowerCase(one.charAt(i)) != toLowerCase(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char toLowerCase(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
    }

    /**
     * Removes the white space of XML from both ends: space, tab, line feed and carriage return.
     *
     * @param text the text, not null
     * @return the rest of it
     */
    public static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isWhiteSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isWhiteSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isWhiteSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    /**
     * Reads a number of decimal digits, without a sign.
     *
     * @param text the digits, not null
     * @return the number, or -1 if the text is anything else or greater than {@link Long#MAX_VALUE}
     */
    public static long number(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return text.isEmpty() ? -1 : number;
    }
}
