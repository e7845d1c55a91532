package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceRegistration;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestHandler;

/** A filter or handler is reported if its target matches only buses that cannot use it. */
@Timeout(120)
class TargetTest {

    private static final RequestHandler<String, String> ECHO =
            received -> CompletableFuture.completedFuture(List.copyOf(received.requests()));

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    private String reason(String kind) {
        Container.await("a rejected " + kind, () -> container.rejected(kind) != null);
        return container.rejected(kind).reason;
    }

    @Test
    void aFilterForAServerIsRejected() throws Exception {
        container.server("relay-in");
        ServiceRegistration<?> filter = container.filter(BusFilter.passOn(), "relay-in");
        String reason = reason("filter");
        assertTrue(
                reason.contains(
                        "its target (slimta.bus.name=relay-in) matches the server relay-in, which runs no filters;"
                                + " chains and proxies do: configure one with from=relay-in and a name of its own, and let the"
                                + " target match that name"),
                reason);
        assertEquals("" + filter.getReference().getProperty("service.id"), container.rejected("filter").id);
        filter.unregister();
        assertNull(container.rejected("filter"));
    }

    @Test
    void aFilterForAServerThatAChainReceivesFromIsRejectedToo() throws Exception {
        container.server("relay-in");
        container.chain("relay", "relay-in");
        container.filter(BusFilter.passOn(), "relay-in");
        assertTrue(reason("filter").contains("matches the server relay-in, which runs no filters"));
    }

    @Test
    void aRejectedFilterIsUsedByALaterChainOfThatName() throws Exception {
        String server = container.server("relay");
        container.filter(
                (batch, to) ->
                        to.sendRequest(List.of(batch.requests().get(0) + "!")).response(),
                "relay");
        reason("filter");
        container.delete(server);
        container.server("relay-in");
        container.chain("relay", "relay-in");
        container.handler(ECHO, "relay");
        assertEquals("x!", Container.ask(container.clientOf("relay-in"), "x"));
        Container.await("the filter is no longer rejected", () -> container.rejected("filter") == null);
    }

    @Test
    void aTargetMayAlsoMatchBusesThatCannotUseIt() throws Exception {
        container.server("relay-in");
        container.chain("relay", "relay-in");
        Container.register(container.bundleContext(), BusFilter.class, BusFilter.passOn(), "(slimta.bus.name=relay*)");
        Container.register(container.bundleContext(), RequestHandler.class, ECHO, "(slimta.bus.name=relay*)");
        container.filter(BusFilter.passOn(), "relay-in");
        String bad = reason("filter");
        assertTrue(bad.contains("(slimta.bus.name=relay-in)"), bad);
        assertEquals(1, container.runtime.getRuntimeDTO().rejected.length);
    }

    @Test
    void aFilterForAClientOrALocalBusIsRejected() throws Exception {
        container.client("to-relay", "host", "127.0.0.1", "port", 4025);
        ServiceRegistration<?> filter = container.filter(BusFilter.passOn(), "to-relay");
        String reason = reason("filter");
        assertTrue(reason.contains("matches the client to-relay, which runs no filters;"), reason);
        assertTrue(reason.contains("configure a proxy with to=to-relay"), reason);
        filter.unregister();
        container.local("inside");
        container.filter(BusFilter.passOn(), "inside");
        assertTrue(reason("filter").contains("matches the local bus inside, which runs no filters;"));
    }

    @Test
    void aHandlerForAProxyOrAClientIsRejected() throws Exception {
        container.client("to-relay", "host", "127.0.0.1", "port", 4025);
        ServiceRegistration<?> handler = container.handler(ECHO, "to-relay");
        String reason = reason("handler");
        assertTrue(
                reason.contains(
                        "matches the client to-relay, which has no handler; servers, local buses and chains have one"),
                reason);
        handler.unregister();
        container.local("edge");
        container.proxy("between", "edge", "to-relay");
        container.handler(ECHO, "between");
        assertTrue(reason("handler").contains("matches the proxy between, which has no handler"));
    }

    @Test
    void aFilterForABusThatDoesNotExistYetWaits() throws Exception {
        container.filter(BusFilter.passOn(), "later");
        container.server("later-in");
        container.filter(BusFilter.passOn(), "later-in");
        reason("filter");
        assertEquals(1, container.runtime.getRuntimeDTO().rejected.length);
    }
}
