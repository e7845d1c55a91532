package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.CapturedLog;

/** However many warnings there are, the log stays readable. */
class BoundedLogTest {

    private final BoundedLog log = new BoundedLog(BoundedLogTest.class);

    @Test
    void aLineHasABoundedLengthWhateverAPeerSent() {
        String sent = "x".repeat(3_000_000);
        try (CapturedLog captured = new CapturedLog()) {
            log.warn(
                    "a transaction failed: \n2026-11-26 ERROR forged " + sent,
                    new NumberFormatException("For input: " + sent));
            captured.await("a transaction failed: \\n2026-11-26 ERROR forged xxx");
            assertFalse(captured.text().contains("\n2026-11-26"));
            assertTrue(
                    captured.text().contains("java.lang.NumberFormatException: For input: xxx"), "the cause is logged");
            assertTrue(captured.text().length() < 30_000, captured.text().length() + " characters");
        }
    }

    /** The caller has still to clean up after the fault that it logs. */
    @Test
    void aFaultThatCannotBeLoggedThrowsNothing() {
        try (CapturedLog captured = new CapturedLog()) {
            log.failed("It failed", new IllegalStateException("told"));
            captured.await("It failed: java.lang.IllegalStateException: told");
            log.failed("So did this", new IllegalStateException() {
                private static final long serialVersionUID = 1;

                @Override
                public String toString() {
                    throw new OutOfMemoryError("none for this either");
                }
            });
            captured.await("So did this: ");
        }
    }

    @Test
    void linesAboveTheLimitAreSuppressed() {
        try (CapturedLog captured = new CapturedLog()) {
            for (int i = 0; i < 100; i++) {
                log.warn("line " + i + ".", null);
            }
            captured.await("line 19.");
            assertFalse(captured.text().contains("line 20."));
        }
    }
}
