package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** An IPv6 address is in brackets where a port follows, whether it was configured with or without them. */
@Timeout(60)
class AddressTest {

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private Object address(Class<?> type, String bus) throws Exception {
        container.service(type, bus);
        return container.references(type, bus).iterator().next().getProperty("slimta.bus.address");
    }

    private static void assumeIpv6() {
        try {
            new ServerSocket(0, 1, InetAddress.getByName("::1")).close();
        } catch (IOException e) {
            Assumptions.abort("this machine has no IPv6: " + e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void theAddressOfAServerHasBrackets(String host) throws Exception {
        assumeIpv6();
        container.server("six", "host", host);
        int port = container.port("six");
        String expected = "[0:0:0:0:0:0:0:1]:" + port;
        assertEquals(expected, address(BusServer.class, "six"));
        Container.await("its address is reported", () -> expected.equals(container.bus("six").address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void theAddressOfAClientHasBracketsOnce(String host) throws Exception {
        container.client("six", "host", host, "port", 4025);
        assertEquals("[::1]:4025", address(BusClient.class, "six"));
        Container.await("its address is reported", () -> "[::1]:4025".equals(container.bus("six").address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void aWaitingBusReportsItsAddressToo(String host) throws Exception {
        container.server("first", "host", "127.0.0.1", "port", 0);
        container.port("first");
        container.server("first", "host", host, "port", 4025);
        Container.await(
                "the second waits",
                () -> Arrays.stream(container.runtime.getRuntimeDTO().buses)
                        .anyMatch(bus -> "[::1]:4025".equals(bus.address)));
    }

    @Test
    void anIpv4AddressAndAHostNameHaveNoBrackets() throws Exception {
        container.client("four", "host", "127.0.0.1", "port", 4025);
        assertEquals("127.0.0.1:4025", address(BusClient.class, "four"));
        container.client("named", "host", "relay.example.com", "port", 4025);
        assertEquals("relay.example.com:4025", address(BusClient.class, "named"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]"})
    void aBusInCodeHasTheSameAddress(String host) throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory()) {
            BusClient<String, String> client = factory.newClient(host, 4025, String.class, String.class);
            assertEquals("client [::1]:4025", client.name());
            assumeIpv6();
            BusServer<String, String> server = factory.newServer(host, 0, String.class, String.class);
            assertTrue(server.name().startsWith("server [0:0:0:0:0:0:0:1]:"), server.name());
        }
    }
}
