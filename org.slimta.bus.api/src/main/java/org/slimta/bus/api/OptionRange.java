package org.slimta.bus.api;

import java.time.Duration;
import java.util.List;

/** Refuses options that make no sense, with a message that says what does. */
final class OptionRange {

    private static final Duration LONGEST = Duration.ofDays(365);

    private OptionRange() {}

    static Duration positive(String option, Duration value) {
        if (value.isZero()) {
            throw new IllegalArgumentException("option " + option + " is zero; it must be more");
        }
        return notNegative(option, value);
    }

    static Duration notNegative(String option, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "option " + option + " is " + value + "; it must be from zero to " + LONGEST.toDays() + " days");
        }
        return value;
    }

    static int between(String option, int value, int least, int most) {
        return (int) between(option, (long) value, least, most);
    }

    static long between(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "option " + option + " is " + value + "; it must be from " + least + " to " + most);
        }
        return value;
    }

    static List<String> subset(String option, List<String> value, List<String> possible) {
        if (value.isEmpty() || !possible.containsAll(value)) {
            throw new IllegalArgumentException(
                    "option " + option + " is " + value + "; it must be of " + String.join(", ", possible));
        }
        return List.copyOf(value);
    }
}
