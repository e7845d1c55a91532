package org.slimta.bus.fuzz.targets;

import java.util.Set;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

/**
 * What came of something: a value, or the failure that it is allowed to end with. Two failures are the same if their reasons
 * are.
 *
 * @param <T> the type of the value
 * @param value the value, or null
 * @param reason why it failed, or null
 */
record Outcome<T>(T value, Reason reason) {

    /** What is tried. Whatever else it throws is a finding. */
    interface Attempt<T> {
        T make() throws BusException;
    }

    static <T> Outcome<T> of(Attempt<T> attempt) {
        try {
            return new Outcome<>(attempt.make(), null);
        } catch (BusException e) {
            return new Outcome<>(null, e.reason());
        }
    }

    /** The same, with the reasons for which it may fail. */
    static <T> Outcome<T> of(Attempt<T> attempt, Set<Reason> allowed) {
        Outcome<T> outcome = of(attempt);
        Broken.unless(
                outcome.isGood() || allowed.contains(outcome.reason),
                () -> "it failed with " + outcome.reason + ", not one of " + allowed);
        return outcome;
    }

    boolean isGood() {
        return reason == null;
    }
}
