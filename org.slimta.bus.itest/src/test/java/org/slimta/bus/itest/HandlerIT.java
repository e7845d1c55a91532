package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.LOCAL;
import static org.slimta.bus.itest.ConfiguredBuses.assertFails;
import static org.slimta.bus.itest.ConfiguredBuses.failure;
import static org.slimta.bus.itest.ConfiguredBuses.ofNotes;
import static org.slimta.bus.itest.ConfiguredBuses.respondingWith;
import static org.slimta.bus.itest.ConfiguredBuses.send;
import static org.slimta.bus.itest.ConfiguredBuses.update;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.itest.note.Note;

/** Handlers that are services. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HandlerIT {

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(ConfiguredBuses.installed());
    }

    @Test
    public void theHandlerWithTheHighestRankingServes() throws Exception {
        buses.server("highest-ranking");
        BusClient<Note, Note> client = buses.clientOf("highest-ranking");
        buses.handler(respondingWith("one "), "highest-ranking", 1);
        ServiceRegistration<?> two = buses.handler(respondingWith("two "), "highest-ranking", 2);
        buses.handler(respondingWith("none "), "another-bus", 3);
        assertEquals("two x", send(client, "x"));
        HandlerDTO[] handlers = buses.runtime().getRuntimeDTO().handlers;
        assertEquals(List.of(), List.of(handlers[0].buses));
        assertEquals(List.of("highest-ranking"), List.of(handlers[1].buses));
        two.unregister();
        assertEquals("one x", send(client, "x"));
        buses.handler(respondingWith("three "), "highest-ranking", 3);
        assertEquals("three x", send(client, "x"));
    }

    @Test
    public void requestsWaitForAHandlerButNotForEver() throws Exception {
        buses.server("missing-handler", "missingHandlerTimeout", "500ms");
        BusClient<Note, Note> client = buses.clientOf("missing-handler");
        BusException failure = failure(client);
        assertEquals(Reason.HANDLER, failure.reason());
        assertTrue(failure.getMessage(), failure.getMessage().contains("bus missing-handler: there is no handler"));
        assertTrue(
                failure.getMessage(),
                failure.getMessage().contains("matches (slimta.bus.name=missing-handler); waited 500 ms"));
        assertEquals("waiting", buses.bus("missing-handler").state);
        assertEquals(Map.of("HANDLER", 1L), buses.bus("missing-handler").failed);
        ClientTransaction<Note> early = client.sendRequest(List.of(new Note("early", null)));
        Await.until("it waits", () -> buses.bus("missing-handler").queued == 1);
        buses.handler(ECHO, "missing-handler", 0);
        assertEquals("re: early", early.recvResponse().get(0).text());
    }

    @Test
    public void whatAHandlerDoesWrongFailsItsTransactionAlone() throws Exception {
        buses.server("faulty-handler");
        BusClient<Note, Note> client = buses.clientOf("faulty-handler");
        buses.handler(
                received -> switch (received.requests().get(0).text()) {
                    case "throw" -> throw new IllegalStateException("full moon");
                    case "reason" -> throw new BusException(Reason.OVERLOADED, "too many mails");
                    case "null" -> null;
                    case "none" -> CompletableFuture.completedFuture(List.of());
                    case "nulls" -> CompletableFuture.completedFuture(Arrays.asList((Note) null));
                    case "fail" -> CompletableFuture.failedFuture(new IllegalStateException("new moon"));
                    case "later" -> CompletableFuture.supplyAsync(() -> List.of(new Note("late", null)));
                    default -> CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "faulty-handler",
                0);
        assertEquals("ok", send(client, "ok"));
        assertFails(client, "throw", Reason.HANDLER, "full moon");
        assertFails(client, "reason", Reason.OVERLOADED, "too many mails");
        assertFails(client, "null", Reason.HANDLER, "returned null");
        assertFails(client, "none", Reason.MISMATCH, "0 responses to 1 requests");
        assertFails(client, "nulls", Reason.HANDLER, "returned null");
        assertFails(client, "fail", Reason.HANDLER, "new moon");
        assertEquals("late", send(client, "later"));
        assertEquals("ok", send(client, "ok"));
        assertEquals(3, buses.bus("faulty-handler").answered);
        assertEquals(Map.of("HANDLER", 4L, "MISMATCH", 1L, "OVERLOADED", 1L), buses.bus("faulty-handler").failed);
    }

    @Test
    public void aListOfResponsesThatFailsCostsItsTransactionAlone() throws Exception {
        buses.server("failing-list", "maxConcurrentHandlers", 1);
        BusClient<Note, Note> client = buses.clientOf("failing-list");
        buses.handler(
                received -> CompletableFuture.completedFuture(
                        received.requests().get(0).text().equals("bad")
                                ? new Failing()
                                : List.copyOf(received.requests())),
                "failing-list",
                0);
        assertFails(client, "bad", Reason.HANDLER, "lazy");
        assertFails(client, "bad", Reason.HANDLER, "lazy");
        assertEquals("good", send(client, "good"));
    }

    @Test
    public void noMoreTransactionsThanAllowedAreHandledAtOnce() throws Exception {
        buses.server("at-most-three", "maxConcurrentHandlers", 3);
        BusClient<Note, Note> client = buses.clientOf("at-most-three");
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        buses.handler(
                received -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    go.await();
                    now.decrementAndGet();
                    return CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "at-most-three",
                0);
        List<ClientTransaction<Note>> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sent.add(client.sendRequest(List.of(new Note("n" + i, null))));
        }
        Await.until("three are handled", () -> now.get() == 3);
        Await.until("the others wait", () -> buses.bus("at-most-three").queued == 17);
        go.countDown();
        for (int i = 0; i < 20; i++) {
            assertEquals("n" + i, sent.get(i).recvResponse().get(0).text());
        }
        assertEquals(3, most.get());
    }

    @Test
    public void moreTransactionsAreHandledWhenTheLimitIsRaised() throws Exception {
        Configuration server = buses.server("raised-limit", "maxConcurrentHandlers", 1);
        BusClient<Note, Note> client = buses.clientOf("raised-limit");
        CountDownLatch three = new CountDownLatch(3);
        buses.handler(
                received -> {
                    three.countDown();
                    three.await();
                    return CompletableFuture.completedFuture(List.copyOf(received.requests()));
                },
                "raised-limit",
                0);
        List<ClientTransaction<Note>> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sent.add(client.sendRequest(List.of(new Note("n", null))));
        }
        Await.until("two wait", () -> buses.bus("raised-limit").queued == 2);
        update(server, ofNotes("raised-limit", "port", 0, "maxConcurrentHandlers", 3));
        for (ClientTransaction<Note> transaction : sent) {
            assertEquals("n", transaction.recvResponse().get(0).text());
        }
    }

    @Test
    public void aHandlerThatAnswersLaterOccupiesNoThread() throws Exception {
        buses.server("later-response");
        BusClient<Note, Note> client = buses.clientOf("later-response");
        List<CompletableFuture<List<Note>>> later = Collections.synchronizedList(new ArrayList<>());
        buses.handler(
                received -> {
                    CompletableFuture<List<Note>> answer = new CompletableFuture<>();
                    later.add(answer);
                    return answer;
                },
                "later-response",
                0);
        List<ClientTransaction<Note>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(client.sendRequest(List.of(new Note("n", null))));
        }
        Await.until("all are begun", () -> later.size() == 100);
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("slimta-bus-later-response-"))
                .count();
        assertTrue(threads + " threads", threads < 50);
        later.forEach(answer -> answer.complete(List.of(new Note("done", null))));
        for (ClientTransaction<Note> transaction : sent) {
            assertEquals("done", transaction.recvResponse().get(0).text());
        }
    }

    @Test
    public void aHandlerThatIsUnregisteredMayFinish() throws Exception {
        buses.server("leaving-handler");
        BusClient<Note, Note> client = buses.clientOf("leaving-handler");
        SlowHandler slow = new SlowHandler();
        ServiceRegistration<?> registration = buses.handler(slow, "leaving-handler", 0);
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("n", null)));
        slow.awaitBegun();
        CompletableFuture<Void> gone = CompletableFuture.runAsync(registration::unregister);
        Await.until("it is not used for more", () -> buses.bus("leaving-handler").handler == -1);
        ClientTransaction<Note> next = client.sendRequest(List.of(new Note("n", null)));
        Await.until("the next waits", () -> buses.bus("leaving-handler").queued == 1);
        assertFalse(gone.isDone());
        slow.letFinish();
        gone.get(30, TimeUnit.SECONDS);
        assertEquals("finished", sent.recvResponse().get(0).text());
        buses.handler(ECHO, "leaving-handler", 0);
        assertEquals("re: n", next.recvResponse().get(0).text());
    }

    @Test
    public void aHandlerThatWasReplacedByAHigherRankingMayFinishToo() throws Exception {
        buses.server("overtaken-handler");
        BusClient<Note, Note> client = buses.clientOf("overtaken-handler");
        SlowHandler slow = new SlowHandler();
        ServiceRegistration<?> registration = buses.handler(slow, "overtaken-handler", 0);
        ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("n", null)));
        slow.awaitBegun();
        buses.handler(ECHO, "overtaken-handler", 1);
        assertEquals("re: n", send(client, "n"));
        CompletableFuture<Void> gone = CompletableFuture.runAsync(registration::unregister);
        Await.until("it is going", () -> buses.runtime().getRuntimeDTO().handlers.length == 1);
        assertEquals("re: n", send(client, "n"));
        assertFalse(gone.isDone());
        slow.letFinish();
        gone.get(30, TimeUnit.SECONDS);
        assertEquals("finished", sent.recvResponse().get(0).text());
    }

    /** Declarative Services deactivates a component, and opens a bus, on the one event thread of Configuration Admin. */
    @Test
    public void aHandlerThatLeavesWithItsConfigurationDoesNotDelayOthers() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        System.getProperties().put("itest.slow.begun", begun);
        System.getProperties().put("itest.slow.end", end);
        Configuration component = buses.admin().getConfiguration("itest.slow", "?");
        try {
            component.update(new Hashtable<>(Map.of("revision", 1)));
            buses.server("slow-component", "drainTimeout", "10m");
            BusClient<Note, Note> client = buses.clientOf("slow-component");
            Await.until("the handler is there", () -> buses.bus("slow-component").handler >= 0);
            long before = buses.bus("slow-component").handler;
            ClientTransaction<Note> sent = client.sendRequest(List.of(new Note("x", null)));
            assertTrue(begun.await(20, TimeUnit.SECONDS));
            component.update(new Hashtable<>(Map.of("revision", 2)));
            buses.server("after-slow-component");
            Await.until("the next configuration is taken up", () -> buses.isOpen("after-slow-component"));
            Await.until(
                    "the component is another one",
                    () -> buses.bus("slow-component").handler >= 0 && buses.bus("slow-component").handler != before);
            assertFalse(sent.response().toCompletableFuture().isDone());
            end.countDown();
            assertEquals("x", sent.recvResponse().get(0).text());
        } finally {
            end.countDown();
            component.delete();
        }
    }

    @Test
    public void aLocalBusHasHandlersToo() throws Exception {
        buses.configure(LOCAL, "slimta.bus.name", "local-bus");
        BusClient<Note, Note> client = buses.service(BusClient.class, "local-bus");
        buses.handler(ECHO, "local-bus", 0);
        assertEquals("re: x", send(client, "x"));
        assertEquals("local", buses.bus("local-bus").kind);
        assertEquals(1, buses.bus("local-bus").answered);
    }

    private static final class Failing extends AbstractList<Note> {

        @Override
        public Note get(int index) {
            throw new IllegalStateException("lazy");
        }

        @Override
        public int size() {
            return 1;
        }
    }
}
