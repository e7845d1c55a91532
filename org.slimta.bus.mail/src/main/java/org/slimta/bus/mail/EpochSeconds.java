package org.slimta.bus.mail;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;

/** Times as slimta writes them: seconds since 1970, with a fraction only if there is one. */
final class EpochSeconds {

    private static final int NANO_DIGITS = 9;
    private static final int LONGEST = 32;

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
            if (seconds != null && Math.abs((long) seconds.precision() - seconds.scale()) <= LONGEST) {
                BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
                long nanos = seconds.subtract(whole).movePointRight(NANO_DIGITS).longValue();
                return Instant.ofEpochSecond(whole.longValueExact(), nanos);
            }
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            // Its message may be as long as the text, so it is not the cause of what is thrown.
        }
        throw new IllegalArgumentException(
                "the timestamp '" + PeerText.of(text) + "' is not a number of seconds since 1970");
    }
}
