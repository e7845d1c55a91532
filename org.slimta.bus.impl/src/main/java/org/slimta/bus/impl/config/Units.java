package org.slimta.bus.impl.config;

import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses numbers, durations and sizes, which may have units. */
final class Units {

    private static final Pattern DURATION =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|min|h|d)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(|B|KiB|MiB|GiB)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PERCENTAGE = Pattern.compile("([1-9]\\d?|100)\\s*%");
    private static final Map<String, Duration> DURATION_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "min", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Integer> SIZE_SHIFTS = Map.of("", 0, "b", 0, "kib", 10, "mib", 20, "gib", 30);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private Units() {}

    /**
     * {@return a whole number} A number below the range of a long becomes the lowest one, since the range of the
     * option is then the better advice.
     *
     * @throws NumberFormatException if it is not a whole number
     * @throws IllegalArgumentException if it is too large, with advice
     */
    static long number(String text) {
        return toLong(new BigInteger(text));
    }

    private static long toLong(BigInteger number) {
        if (number.compareTo(LONG_MAX) > 0) {
            throw new IllegalArgumentException("it must be at most " + LONG_MAX);
        }
        return number.max(LONG_MAX.negate()).longValue();
    }

    /**
     * {@return a number as an int} As for {@link #number}, one below the range of an int becomes the lowest one.
     *
     * @throws IllegalArgumentException if it is too large, with advice
     */
    static int toInt(long number) {
        if (number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("it must be at most " + Integer.MAX_VALUE);
        }
        return (int) Math.max(number, Integer.MIN_VALUE);
    }

    /**
     * {@return a duration, from a number with a unit, from {@code 0}, or in the form of {@link Duration#parse}}
     *
     * @throws NumberFormatException if it has another form
     * @throws ArithmeticException if it is too long for a duration
     */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long unitNanos = DURATION_UNITS
                    .get(matcher.group(2).toLowerCase(Locale.ROOT))
                    .toNanos();
            return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * unitNanos));
        }
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new NumberFormatException();
        }
    }

    /**
     * {@return a size in bytes, from a number with or without a unit}
     *
     * @throws NumberFormatException if it has another form
     * @throws IllegalArgumentException if it is too large, with advice
     */
    static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new NumberFormatException();
        }
        int shift = SIZE_SHIFTS.get(matcher.group(2).toLowerCase(Locale.ROOT));
        return toLong(new BigInteger(matcher.group(1)).shiftLeft(shift));
    }

    /** {@return a size in bytes, from a size as for {@link #size} or a percentage of the maximum heap} */
    static long memory(String text) {
        Matcher percentage = PERCENTAGE.matcher(text);
        return percentage.matches()
                ? Runtime.getRuntime().maxMemory() * Integer.parseInt(percentage.group(1)) / 100
                : size(text);
    }
}
