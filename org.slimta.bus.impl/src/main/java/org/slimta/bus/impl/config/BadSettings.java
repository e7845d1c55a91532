package org.slimta.bus.impl.config;

import java.util.List;

/** Settings that make no bus. */
final class BadSettings extends Exception {

    private static final long serialVersionUID = 1;

    BadSettings(List<String> problems) {
        super(String.join("; ", problems));
    }
}
