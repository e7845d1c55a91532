package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.runtime.RejectedDTO;

/** A bus that exists, but waits or is rejected, is not said to be missing: the buses that need it say what it waits for. */
@Timeout(60)
class AbsentBusTest {

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private void awaitWaiting(String bus, String expected) {
        Container.await(bus + " waits: " + expected, () -> {
            String waitingFor = container.bus(bus) == null ? null : container.bus(bus).waitingFor;
            return waitingFor != null && waitingFor.contains(expected);
        });
    }

    @Test
    void aChainNamesWhatItsServerWaitsFor() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            container.server("edge", "port", taken.getLocalPort());
            container.chain("relay", "edge");
            awaitWaiting("relay", "the server edge (setting from) is not open: bus edge: cannot listen on 127.0.0.1:");
            container.chain("next", "relay");
            awaitWaiting("next", "the chain relay (setting from) is not open; it receives from edge");
        }
    }

    @Test
    void aProxyNamesWhatItsClientWaitsFor() throws Exception {
        container.local("edge");
        container.client("to-relay", "host", "127.0.0.1", "port", 4025);
        Container.await(
                "the client is open", () -> container.bus("to-relay").state.equals("ready"));
        container.proxy("between", "edge", "to-relay2");
        awaitWaiting("between", "no client or local bus has slimta.bus.name=to-relay2 (setting to)");
        container.server("to-relay2", "port", 0);
        awaitWaiting("between", "the bus to-relay2 (setting to) is a server; it must be a client or local bus");
    }

    @Test
    void aBusWhoseConfigurationIsRejectedIsNamedWithTheReason() throws Exception {
        String client = container.client("to-relay", "host", "127.0.0.1", "port", "http");
        RejectedDTO rejected = container.rejected("configuration");
        assertEquals("to-relay", rejected.busName);
        assertEquals("client", rejected.busKind);
        container.local("edge");
        container.proxy("between", "edge", "to-relay");
        awaitWaiting(
                "between",
                "the configuration of the bus to-relay (setting to) is not used: the setting port is http; it must be");
        container.modify(client, "to-relay", "host", "127.0.0.1", "port", 4025);
        Container.await(
                "the proxy is ready", () -> container.bus("between").state.equals("ready"));
        assertNull(container.bus("between").waitingFor);
    }

    @Test
    void twoChainsThatReceiveFromEachOtherSaySo() throws Exception {
        container.chain("a", "b");
        container.chain("b", "a");
        awaitWaiting("a", "the chain b (setting from) is not open; it receives from a");
        awaitWaiting("b", "the chain a (setting from) is not open; it receives from b");
    }
}
