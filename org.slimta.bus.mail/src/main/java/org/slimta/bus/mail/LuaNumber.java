package org.slimta.bus.mail;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers as slimta's Lua programs read them: with {@code tonumber}, which takes blanks around a number, fractions, exponents
 * and hexadecimal digits, and nil for what is not a number. Source: the Lua 5.2 reference manual, sections 3.1 and 6.1.
 */
final class LuaNumber {

    private static final int LONGEST = 64;
    private static final int MOST_PLAIN_DIGITS = 18;
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("[+-]?0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?");

    private LuaNumber() {}

    /**
     * Reads a number.
     *
     * @throws NumberFormatException if it is too large to be kept, or written with very many digits
     */
    static BigDecimal read(String text) {
        if (isPlain(text)) {
            return BigDecimal.valueOf(Long.parseLong(text));
        }
        String number = ElementText.withoutBlanksAround(text);
        if (number.length() > LONGEST) {
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
     * Reads an attribute that holds a whole number from 0 on.
     *
     * @param name what the attribute is called, with its element
     * @param text its value, or null if it is not set
     * @return the number; 0 if there is none, or the text is not a number
     * @throws IllegalArgumentException if it is another number
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
            // Its message may be as long as the text, so it is not the cause of what is thrown.
        }
        throw new IllegalArgumentException(
                name + " is '" + PeerText.of(text) + "'; it must be a whole number from 0 to " + Integer.MAX_VALUE);
    }

    /** Nothing but ASCII digits, as numbers are written, and not more than surely fit a long. */
    private static boolean isPlain(String text) {
        if (text.isEmpty() || text.length() > MOST_PLAIN_DIGITS) {
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
