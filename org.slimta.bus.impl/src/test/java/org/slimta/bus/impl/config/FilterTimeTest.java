package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.RequestHandler;

/** Filters see the peer and the remaining time, as handlers do, and pass the remaining time on. */
@Timeout(60)
class FilterTimeTest {

    private static final Duration GIVEN = Duration.ofSeconds(20);

    private final Queue<RequestBatch<String>> seen = new ConcurrentLinkedQueue<>();
    private final RequestHandler<String, String> echo = batch -> {
        seen.add(batch);
        return CompletableFuture.completedFuture(batch.requests());
    };
    private final BusFilter<String, String> watching = (batch, to) -> {
        seen.add(batch);
        return to.sendRequest(batch.requests()).response();
    };
    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
        container.server("in");
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    /** Registers a filter that waits until no time is left before it sends. {@return why sending failed} */
    private CompletableFuture<Reason> filterThatUsesUpTheTime(String bus) {
        CompletableFuture<Reason> why = new CompletableFuture<>();
        container.filter(
                (batch, to) -> {
                    while (!batch.timeLeft().isZero()) {
                        Thread.onSpinWait();
                    }
                    ClientTransaction<String> sent = to.sendRequest(batch.requests());
                    why.complete(
                            assertThrows(BusException.class, sent::recvResponse).reason());
                    return new CompletableFuture<>(); // The transaction of its client times out.
                },
                bus);
        return why;
    }

    @Test
    void twoFiltersAndTheHandlerSeeTheClientAndItsTime() throws Exception {
        container.chain("chain", "in");
        container.filter(watching, "chain");
        container.filter(watching, "chain");
        container.handler(echo, "chain");
        assertEquals("x", Container.ask(container.clientOf("in", "responseTimeout", GIVEN), "x"));
        assertEquals(3, seen.size());
        seen.forEach(batch -> {
            assertTrue(batch.timeLeft().compareTo(GIVEN) <= 0, () -> batch.timeLeft() + " is left");
            assertEquals("127.0.0.1", batch.peer().address().getAddress().getHostAddress());
        });
    }

    @Test
    void aProxyPassesTheRemainingTimeOn() throws Exception {
        container.server("far");
        container.handler(echo, "far");
        container.clientOf("far", "responseTimeout", "50s");
        container.proxy("proxy", "in", "client-of-far");
        container.filter(watching, "proxy");
        assertEquals("x", Container.ask(container.clientOf("in", "responseTimeout", GIVEN), "x"));
        assertEquals(2, seen.size());
        seen.forEach(batch -> assertTrue(batch.timeLeft().compareTo(GIVEN) <= 0, () -> batch.timeLeft() + " is left"));
    }

    @Test
    void aHandlerBehindAFilterThatUsesUpTheTimeIsNotCalled() throws Exception {
        container.chain("chain", "in");
        container.handler(echo, "chain");
        CompletableFuture<Reason> why = filterThatUsesUpTheTime("chain");
        assertTimesOut(container.clientOf("in", "responseTimeout", "1s"));
        assertEquals(Reason.EXPIRED, why.get(20, TimeUnit.SECONDS));
        assertTrue(seen.isEmpty());
    }

    @Test
    void aBusBehindAFilterThatUsesUpTheTimeReceivesNothing() throws Exception {
        container.server("far");
        container.handler(echo, "far");
        container.clientOf("far");
        container.proxy("proxy", "in", "client-of-far");
        CompletableFuture<Reason> why = filterThatUsesUpTheTime("proxy");
        assertTimesOut(container.clientOf("in", "responseTimeout", "1s"));
        assertEquals(Reason.EXPIRED, why.get(20, TimeUnit.SECONDS));
        assertTrue(seen.isEmpty());
    }

    private static void assertTimesOut(BusClient<String, String> client) {
        BusException failure = assertThrows(BusException.class, () -> Container.ask(client, "x"));
        assertEquals(Reason.TIMEOUT, failure.reason(), failure.getMessage());
    }
}
