package org.slimta.bus.mail;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads numbers in the same way as slimta's Lua programs: with {@code tonumber}, which accepts surrounding white space,
 * fractions, exponents and hexadecimal digits, and returns nil for a text that is not a number. Source: the Lua 5.2
 * reference manual, sections 3.1 and 6.1.
 */
final class LuaNumber {

    private static final int MAX_CHARACTERS = 64;
    private static final int MAX_PLAIN_DIGITS = 18;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("[+-]?0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?");

    private LuaNumber() {}

    /**
     * Reads a number.
     *
     * @return the number, or null if the text is not a number
     * @throws NumberFormatException if the number is too large, or written with too many digits
     */
    static BigDecimal read(String text) {
        if (isPlain(text)) {
            return BigDecimal.valueOf(Long.parseLong(text));
        }
        String number = ElementText.withoutBlanksAround(text);
        if (number.length() > MAX_CHARACTERS) {
            throw new NumberFormatException("too long");
        }
        if (DECIMAL.matcher(number).matches()) {
            return new BigDecimal(number);
        }
        Matcher hexadecimal = HEXADECIMAL.matcher(number);
        if (hexadecimal.matches()) {
            return new BigDecimal(Double.parseDouble(hexadecimal.group(1) == null ? number + "p0" : number));
        }
        return null;
    }

    /**
     * Reads an attribute whose value is a whole number, 0 or more.
     *
     * @param name the name of the attribute and of its element, for messages
     * @param text the value of the attribute, or null if it is not set
     * @return the number; 0 if the attribute is not set or its value is not a number
     * @throws IllegalArgumentException if the value is any other number
     */
    static int orZero(String name, String text) {
        if (text == null) {
            return 0;
        }
        try {
            if (isPlain(text)) {
                return Integer.parseInt(text);
            }
            BigDecimal number = read(text);
            int value = number == null ? 0 : number.intValueExact();
            if (value >= 0) {
                return value;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // The message may be as long as the text, so this exception is not the cause of the one below.
        }
        throw new IllegalArgumentException(
                name + " is '" + PeerText.of(text) + "'; it must be a whole number from 0 to " + Integer.MAX_VALUE);
    }

    /** Whether the text has only ASCII digits, the usual form, and few enough to fit into a long. */
    private static boolean isPlain(String text) {
        if (text.isEmpty() || text.length() > MAX_PLAIN_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
