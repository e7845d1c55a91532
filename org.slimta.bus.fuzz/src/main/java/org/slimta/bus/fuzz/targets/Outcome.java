package org.slimta.bus.fuzz.targets;

import java.util.Set;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

/**
 * The outcome of an attempt: a value, or an allowed failure. Two failures are equal if their reasons are.
 *
 * @param <T> the type of the value
 * @param value the value, or null
 * @param reason the reason of the failure, or null
 */
record Outcome<T>(T value, Reason reason) {

    /** An attempt. Any other exception is a finding. */
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

    /** The outcome of an attempt that may fail only with some reasons. */
    static <T> Outcome<T> of(Attempt<T> attempt, Set<Reason> allowed) {
        Outcome<T> outcome = of(attempt);
        Broken.unless(
                outcome.isGood() || allowed.contains(outcome.reason),
                () -> "the attempt failed with " + outcome.reason + ", which is not one of " + allowed);
        return outcome;
    }

    boolean isGood() {
        return reason == null;
    }
}
