package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BusLogTest {

    @Test
    void aLoggerIsNamedAfterKindAndName() {
        assertEquals("org.slimta.bus.server.relay", BusLog.name("server", "relay"));
        assertEquals("org.slimta.bus.client.mail.eu-1", BusLog.name("client", "mail.eu-1"));
    }

    @Test
    void busesWithoutANameShareOneLogger() {
        assertEquals("org.slimta.bus.client", BusLog.name("client", null));
        assertEquals("org.slimta.bus.client", BusLog.name("client", ""));
    }

    @Test
    void aNameIsBoundedAndHasNoStrangeCharacters() {
        assertEquals("org.slimta.bus.local.a_b_c", BusLog.name("local", "a b\nc"));
        assertEquals(
                "org.slimta.bus.local.".length() + 100,
                BusLog.name("local", "x".repeat(1000)).length());
    }

    @Test
    void aProgramThatNamesManyBusesDoesNotFillTheLoggingSystem() {
        Set<String> known = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            BusLog.limited("org.slimta.bus.client." + i, "org.slimta.bus.client", known);
        }
        assertEquals(1000, known.size());
        assertEquals(
                "org.slimta.bus.client", BusLog.limited("org.slimta.bus.client.x", "org.slimta.bus.client", known));
        assertEquals("org.slimta.bus.client.7", BusLog.limited("org.slimta.bus.client.7", "other", known));
    }
}
