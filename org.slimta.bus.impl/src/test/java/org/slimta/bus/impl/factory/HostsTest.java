package org.slimta.bus.impl.factory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How hosts are written. */
class HostsTest {

    @ParameterizedTest
    @CsvSource({
        "relay:4025, relay, 4025",
        "relay, relay, 25",
        "10.0.0.1:1, 10.0.0.1, 1",
        "10.0.0.1, 10.0.0.1, 25",
        "[2001:db8::1]:65535, 2001:db8::1, 65535",
        "[::1], ::1, 25",
        "::1, ::1, 25",
    })
    void aHostMayHaveItsPort(String text, String host, int port) {
        assertEquals(List.of(InetSocketAddress.createUnresolved(host, port)), Hosts.parse(List.of(text), 25));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relay:0",
                "relay:65536",
                "relay:",
                "relay:x",
                ":4025",
                "",
                "relay:-1",
                "a b:1",
                "[::1",
                "[::1]x:1"
            })
    void whatIsNoHostIsRefusedWithItsText(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Hosts.parse(List.of(text), 25))
                .getMessage();
        assertTrue(message.startsWith("'" + text + "' must be host or host:port, such as "), message);
    }

    @Test
    void withoutADefaultEachHasItsPort() {
        assertThrows(IllegalArgumentException.class, () -> Hosts.parse(List.of("relay:1", "other"), 0));
        assertThrows(IllegalArgumentException.class, () -> Hosts.parse(List.of(), 0));
    }
}
