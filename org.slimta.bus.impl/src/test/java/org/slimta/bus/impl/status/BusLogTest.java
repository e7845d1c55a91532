package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
