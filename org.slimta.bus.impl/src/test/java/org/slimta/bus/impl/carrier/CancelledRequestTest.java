package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.bring;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.exchange.FramedRequest;

/** What a server does with a request that its client has cancelled. */
@Timeout(60)
class CancelledRequestTest {

    private final CarrierEnds ends = new CarrierEnds();
    private final CarrierServer<String, String> server = ends.server(options -> options.queueSize(1));

    @AfterEach
    void close() {
        server.close();
        ends.close();
    }

    /** The only request that has arrived and has not ended. */
    private FramedRequest<?, ?> request() {
        List<FramedRequest<?, ?>> all = new ArrayList<>();
        server.inbox().forEachUnsettled(arrival -> all.add((FramedRequest<?, ?>) arrival));
        assertEquals(1, all.size());
        return all.get(0);
    }

    @Test
    void oneThatWaitsIsDropped() throws Exception {
        TestSource source = bring(server, RawPeer.requests(1, "a"));
        assertEquals(0, server.room());
        FramedRequest<?, ?> request = request();
        assertTrue(request.cancelByClient());
        assertFalse(request.cancelByClient());
        assertEquals(1, server.room());
        BusDTO report = report(server);
        assertEquals(Map.of("CANCELLED", 1L), report.failed);
        assertEquals("NOT_PROCESSED", report.lastFailure.outcome);
        assertEquals(0, report.inFlight);
        assertEquals(0, report.heldBytes);
        assertEquals(0, report.failingSince);
        TestSource next = bring(server, RawPeer.requests(2, "b"));
        ServerTransaction<String, String> received = server.recvRequest();
        assertEquals(List.of("b"), received.requests());
        received.sendResponse(List.of("yes"));
        assertEquals(List.of(RawPeer.responses(2, "yes")), next.replies());
        assertEquals(List.of(), source.replies());
        assertEquals(0, source.returned());
    }

    @Test
    void whoWorksOnItIsToldAndMayRespondInVain() throws Exception {
        TestSource source = bring(server, RawPeer.requests(1, "a"));
        FramedRequest<?, ?> request = request();
        ServerTransaction<String, String> received = server.recvRequest();
        CompletableFuture<String> told = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = received.cancelled().toCompletableFuture();
        cancelled.thenRun(() -> told.complete(Thread.currentThread().getName()));
        assertFalse(cancelled.isDone());
        assertTrue(request.cancelByClient());
        String thread = told.get(20, TimeUnit.SECONDS);
        assertTrue(thread.startsWith("slimta-bus-server test:relay-failures-"), thread);
        assertTrue(received.cancelled().toCompletableFuture().isDone());
        received.sendResponse(List.of("late"));
        assertFalse(request.cancelByClient());
        assertEquals(List.of(), source.replies());
        assertEquals(Map.of("CANCELLED", 1L), report(server).failed);
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
    }

    @Test
    void aLateResponseThatCannotBeWrittenIsNoErrorEither() throws Exception {
        bring(server, RawPeer.requests(1, "a"));
        FramedRequest<?, ?> request = request();
        ServerTransaction<String, String> received = server.recvRequest();
        request.cancelByClient();
        received.sendResponse(List.of(TextCodec.UNWRITABLE));
        assertEquals(Map.of("CANCELLED", 1L), report(server).failed);
    }

    @Test
    void oneThatWasAnsweredIsNotCancelled() throws Exception {
        TestSource source = bring(server, RawPeer.requests(1, "a"));
        FramedRequest<?, ?> request = request();
        server.recvRequest().sendResponse(List.of("yes"));
        assertFalse(request.cancelByClient());
        assertEquals(List.of(RawPeer.responses(1, "yes")), source.replies());
        assertEquals(Map.of(), report(server).failed);
    }
}
