package org.slimta.bus.impl.config;

import java.util.Collection;

/** Settings that make no bus. */
final class InvalidConfigurationException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean askingForTls;

    InvalidConfigurationException(Collection<String> problems, boolean askingForTls) {
        super(String.join("; ", problems));
        this.askingForTls = askingForTls;
    }

    /** Whether they or names like them ask for TLS, rightly or not. */
    boolean isAskingForTls() {
        return askingForTls;
    }
}
