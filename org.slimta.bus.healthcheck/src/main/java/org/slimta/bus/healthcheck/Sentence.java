package org.slimta.bus.healthcheck;

import java.time.Duration;

/** Puts the words of findings together. */
final class Sentence {

    private Sentence() {}

    /** {@return a sentence with a reason, which ends with a full stop unless the reason ends with a mark of its own} */
    static String of(String finding, String reason) {
        boolean isEnded = reason.endsWith(".") || reason.endsWith("?") || reason.endsWith("!");
        return finding + ": " + reason + (isEnded ? "" : ".");
    }

    /** {@return a number with a noun, in the plural unless it is one} */
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** {@return a duration in days, hours, minutes or seconds, rounded down} */
    static String amount(Duration duration) {
        if (duration.toDays() > 0) {
            return count(duration.toDays(), "day");
        }
        if (duration.toHours() > 0) {
            return count(duration.toHours(), "hour");
        }
        return duration.toMinutes() > 0 ? count(duration.toMinutes(), "minute") : count(duration.toSeconds(), "second");
    }
}
