package org.slimta.bus.impl.config;

import java.util.Collection;

/** Settings that make no bus. */
final class BadSettings extends Exception {

    private static final long serialVersionUID = 1;

    BadSettings(Collection<String> problems) {
        super(String.join("; ", problems));
    }
}
