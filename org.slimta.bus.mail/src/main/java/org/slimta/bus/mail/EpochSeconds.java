package org.slimta.bus.mail;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;

/** Times in the format of slimta: seconds since 1970, with a fraction only if it is not zero. */
final class EpochSeconds {

    private static final int NANO_DIGITS = 9;
    private static final int MAX_INTEGER_DIGITS = 32;

    private EpochSeconds() {}

    static String format(Instant time) {
        if (time.getNano() == 0) {
            return Long.toString(time.getEpochSecond());
        }
        return BigDecimal.valueOf(time.getEpochSecond())
                .add(BigDecimal.valueOf(time.getNano(), NANO_DIGITS))
                .stripTrailingZeros()
                .toPlainString();
    }

    static Instant parse(String text) {
        try {
            BigDecimal seconds = LuaNumber.read(text);
            if (seconds != null && seconds.scale() == 0) {
                return Instant.ofEpochSecond(seconds.longValueExact());
            }
            if (seconds != null && Math.abs((long) seconds.precision() - seconds.scale()) <= MAX_INTEGER_DIGITS) {
                BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
                long nanos = seconds.subtract(whole).movePointRight(NANO_DIGITS).longValue();
                return Instant.ofEpochSecond(whole.longValueExact(), nanos);
            }
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            // The message may be as long as the text, so this exception is not the cause of the one below.
        }
        throw new IllegalArgumentException(
                "the timestamp '" + PeerText.of(text) + "' is not a number of seconds since 1970");
    }
}
