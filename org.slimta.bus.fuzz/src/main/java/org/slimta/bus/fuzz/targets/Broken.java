package org.slimta.bus.fuzz.targets;

import java.util.Objects;
import java.util.function.Supplier;

/** Thrown if a condition is violated that must always hold. */
final class Broken extends AssertionError {

    private static final long serialVersionUID = 1L;

    private Broken(String message) {
        super(message);
    }

    static void unless(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new Broken(message.get());
        }
    }

    static void unlessSame(Object expected, Object actual, String what) {
        unless(Objects.equals(expected, actual), () -> what + "\nexpected: " + expected + "\nactual:   " + actual);
    }
}
