package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.CHAIN;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.LOCAL;
import static org.slimta.bus.itest.ConfiguredBuses.PROXY;
import static org.slimta.bus.itest.ConfiguredBuses.marking;
import static org.slimta.bus.itest.ConfiguredBuses.send;

import java.util.Deque;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.condition.Condition;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.itest.note.Note;

/** Chains and proxies by configuration, with filters that are services. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ChainAndProxyIT {

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(ConfiguredBuses.installed());
    }

    @Test
    public void filtersOfAChainRunInTheOrderOfTheirRanking() throws Exception {
        buses.server("filter-order-in");
        buses.configure(
                CHAIN,
                "slimta.bus.name",
                "filter-order",
                "from",
                "filter-order-in",
                "minFilters",
                1,
                "missingHandlerTimeout",
                "20s");
        BusClient<Note, Note> client = buses.clientOf("filter-order-in");
        buses.handler(ECHO, "filter-order", 0);
        ClientTransaction<Note> waiting = client.sendRequest(List.of(new Note("x", null)));
        Await.until("there is no filter yet", () -> buses.isWaitingFor("filter-order", "0 filters match"));
        buses.filter(marking(" b"), "filter-order", 1);
        assertEquals("re: x b", waiting.recvResponse().get(0).text());
        ServiceRegistration<?> first = buses.filter(marking(" a"), "filter-order", 2);
        buses.filter(marking(" c"), "filter-order", 0);
        assertEquals("re: x a b c", send(client, "x"));
        assertEquals(3, buses.bus("filter-order").filters.length);
        first.setProperties(new Hashtable<>(
                Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=filter-order)", "service.ranking", -1)));
        assertEquals("re: x b c a", send(client, "x"));
        buses.filter(
                (batch, to) -> CompletableFuture.completedFuture(List.of(new Note("by itself", null))),
                "filter-order",
                9);
        assertEquals("by itself", send(client, "x"));
        assertTrue(buses.isReady("filter-order"));
    }

    @Test
    public void theEndOfAChainIsAServiceToo() throws Exception {
        buses.server("chain-end-in");
        buses.configure(CHAIN, "slimta.bus.name", "chain-end", "from", "chain-end-in");
        buses.filter(marking("!"), "chain-end", 0);
        BusClient<Note, Note> client = buses.clientOf("chain-end-in");
        BusServer<Note, Note> end = buses.service(BusServer.class, "chain-end");
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("hello", null)));
        ServerTransaction<Note, Note> received = end.recvRequest();
        assertEquals("hello!", received.requests().get(0).text());
        received.sendResponse(List.of(new Note("by hand", null)));
        assertEquals("by hand", sent.recvResponse().get(0).text());
        end.close();
        assertNotNull("closing it does nothing", client.sendRequest(List.of(new Note("again", null))));
        ServerTransaction<Note, Note> again = end.recvRequest();
        assertEquals("again!", again.requests().get(0).text());
        again.sendResponse(
                again.requests()); // Or else the chain and the server would wait for it when they are closed.
    }

    @Test
    public void aHandlerThatComesWithTheReadyConditionDoesNotMakeASecondCondition() throws Exception {
        buses.server("ready-once-in");
        String condition = "(&(osgi.condition.id=slimta.bus.ready)(slimta.bus.name=ready-once))";
        Deque<ServiceRegistration<?>> handlers = new ConcurrentLinkedDeque<>();
        ServiceListener comesAndGoes = event -> {
            if (event.getType() == ServiceEvent.REGISTERED) {
                handlers.add(buses.handler(ECHO, "ready-once", 0));
            } else if (event.getType() == ServiceEvent.UNREGISTERING) {
                handlers.removeLast().unregister();
            }
        };
        buses.context().addServiceListener(comesAndGoes, condition);
        try {
            Configuration chain = buses.configure(CHAIN, "slimta.bus.name", "ready-once", "from", "ready-once-in");
            Await.until(
                    "the handler has come",
                    () -> buses.bus("ready-once") != null && buses.bus("ready-once").handler >= 0);
            assertEquals(1, buses.references(Condition.class, condition).size());
            chain.delete();
            Await.until("the chain is gone", () -> buses.bus("ready-once") == null);
            assertEquals(0, buses.references(Condition.class, condition).size());
            assertTrue(handlers.isEmpty());
        } finally {
            buses.context().removeServiceListener(comesAndGoes);
        }
    }

    @Test
    public void aProxyPassesFromALocalBusToAClient() throws Exception {
        buses.handler(ECHO, "behind-proxy", 0);
        buses.configure(LOCAL, "slimta.bus.name", "proxy-edge");
        buses.configure(PROXY, "slimta.bus.name", "proxy", "from", "proxy-edge", "to", "client-of-behind-proxy");
        buses.filter(marking("?"), "proxy", 0);
        BusClient<Note, Note> edge = buses.service(BusClient.class, "proxy-edge");
        ClientTransaction<Note> early = edge.sendRequest(List.of(new Note("early", null)));
        Await.until(
                "it waits for the bus behind",
                () -> buses.isWaitingFor("proxy", "no client or local bus has slimta.bus.name=client-of-behind-proxy"));
        assertFalse(buses.isReady("proxy"));
        buses.server("behind-proxy");
        buses.clientOf("behind-proxy");
        assertEquals("re: early?", early.recvResponse().get(0).text());
        assertEquals("re: x?", send(edge, "x"));
        assertTrue(buses.isReady("proxy"));
        assertEquals(2, buses.bus("proxy").answered);
        assertEquals("from proxy-edge, to client-of-behind-proxy", buses.bus("proxy").address);
    }
}
