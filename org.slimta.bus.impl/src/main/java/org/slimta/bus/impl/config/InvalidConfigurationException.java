package org.slimta.bus.impl.config;

import java.util.Collection;
import java.util.List;

/** A configuration whose settings are invalid, so that no bus is opened with it. The message lists all problems. */
final class InvalidConfigurationException extends Exception {

    private static final long serialVersionUID = 1;

    private final String[] problems;
    private final boolean requestingTls;

    InvalidConfigurationException(Collection<String> problems, boolean requestingTls) {
        super(String.join("; ", problems));
        this.problems = problems.toArray(String[]::new);
        this.requestingTls = requestingTls;
    }

    /** {@return all problems one by one; each may contain the semicolons that separate them in the message} */
    List<String> problems() {
        return List.of(problems);
    }

    /**
     * {@return whether the configuration requests TLS, correctly or not: with a TLS setting or a name that looks like
     * one}
     */
    boolean isRequestingTls() {
        return requestingTls;
    }
}
