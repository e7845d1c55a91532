package org.slimta.bus.shell;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/** Formats times in the time zone of the JVM, with their distance from now. */
final class Times {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final int MIN_OF_NEXT_UNIT = 2;

    private final Clock clock;

    Times(Clock clock) {
        this.clock = clock;
    }

    /** {@return a time such as "2026-11-27 08:15:30 (3 s ago)", or null for 0, which means that there is none} */
    String at(long millis) {
        return millis == 0 ? null : time(millis) + " (" + distance(millis) + ")";
    }

    private String time(long millis) {
        return FORMAT.format(Instant.ofEpochMilli(millis).atZone(clock.getZone()));
    }

    private String distance(long millis) {
        Duration left = left(millis);
        return left.isNegative() ? duration(left.negated()) + " ago" : "in " + duration(left);
    }

    /** {@return the time from now until another time; negative if that has passed} */
    Duration left(long millis) {
        return Duration.ofMillis(millis - clock.millis());
    }

    /** {@return a duration in one unit, rounded down: 1500 ms, 90 s, 90 min, 30 h, 3 days} */
    static String duration(Duration duration) {
        if (duration.toSeconds() < MIN_OF_NEXT_UNIT) {
            return duration.toMillis() + " ms";
        }
        if (duration.toMinutes() < MIN_OF_NEXT_UNIT) {
            return duration.toSeconds() + " s";
        }
        if (duration.toHours() < MIN_OF_NEXT_UNIT) {
            return duration.toMinutes() + " min";
        }
        return duration.toDays() < MIN_OF_NEXT_UNIT ? duration.toHours() + " h" : duration.toDays() + " days";
    }
}
