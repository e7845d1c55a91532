package org.slimta.bus.impl.config;

/** Runs the steps of closing something, so that one that fails leaves nothing else open. */
final class ClosingSteps {

    private ClosingSteps() {}

    /**
     * Runs all steps in order, on the thread of the caller, whatever one of them throws.
     *
     * @throws RuntimeException the first failure, or one with it as the cause, with those after it suppressed; or an
     *     {@link Error} likewise
     */
    static void run(Runnable... steps) {
        Throwable first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (Throwable e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
        if (first != null) {
            throw new IllegalStateException(first); // Other languages throw checked exceptions without declaring them.
        }
    }
}
