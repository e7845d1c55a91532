package org.slimta.bus.api;

import java.time.Duration;
import java.util.List;

/** Refuses values of options that are out of range, with a message that states the range. */
final class OptionRange {

    private static final Duration MAX_DURATION = Duration.ofDays(365);

    private OptionRange() {}

    static Duration positive(String option, Duration value) {
        if (value.isZero()) {
            throw new IllegalArgumentException("option " + option + " is zero; it must be more than zero");
        }
        return notNegative(option, value);
    }

    static Duration notNegative(String option, Duration value) {
        if (value.isNegative() || value.compareTo(MAX_DURATION) > 0) {
            throw new IllegalArgumentException("option " + option + " is " + value + "; it must be from zero to "
                    + MAX_DURATION.toDays() + " days");
        }
        return value;
    }

    static int between(String option, int value, int min, int max) {
        return (int) between(option, (long) value, min, max);
    }

    static long between(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "option " + option + " is " + value + "; it must be from " + min + " to " + max);
        }
        return value;
    }

    static List<String> subset(String option, List<String> value, List<String> possible) {
        if (value.isEmpty() || !possible.containsAll(value)) {
            throw new IllegalArgumentException(
                    "option " + option + " is " + value + "; it must be one or more of " + String.join(", ", possible));
        }
        return List.copyOf(value);
    }
}
