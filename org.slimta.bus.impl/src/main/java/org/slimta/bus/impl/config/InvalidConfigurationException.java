package org.slimta.bus.impl.config;

import java.util.Collection;

/** A configuration whose settings are invalid, so that no bus is opened with it. The message lists all problems. */
final class InvalidConfigurationException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean requestingTls;

    InvalidConfigurationException(Collection<String> problems, boolean requestingTls) {
        super(String.join("; ", problems));
        this.requestingTls = requestingTls;
    }

    /**
     * {@return whether the configuration requests TLS, correctly or not: with a TLS setting or a name that looks like
     * one}
     */
    boolean isRequestingTls() {
        return requestingTls;
    }
}
