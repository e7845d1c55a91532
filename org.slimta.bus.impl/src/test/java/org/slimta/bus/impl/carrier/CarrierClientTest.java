package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;

/** What a client over a carrier does with its transactions. */
@Timeout(60)
class CarrierClientTest {

    private final ManualTimer timer = new ManualTimer();
    private final AtomicReference<Runnable> whenTimeIsRead = new AtomicReference<>();
    private final CarrierEnds ends = new CarrierEnds(timer, new InterruptedTimer());
    private final TestCarrier carrier = new TestCarrier();
    private CarrierClient<String, String> client;

    /** Lets something happen between the reading of the time and what depends on it. */
    private final class InterruptedTimer implements Timer {

        @Override
        public long now() {
            long now = timer.now();
            Runnable action = whenTimeIsRead.getAndSet(null);
            if (action != null) {
                action.run();
            }
            return now;
        }

        @Override
        public Future<?> after(Duration delay, Runnable task) {
            return timer.after(delay, task);
        }

        @Override
        public void close() {
            timer.close();
        }
    }

    private void open(UnaryOperator<ClientOptions.Builder> change) {
        client = ends.client(carrier, change);
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        ends.close();
    }

    private ClientTransaction<String> send(String text) throws Exception {
        return client.sendRequest(List.of(text));
    }

    private static boolean receive(FrameReceiver receiver, String xml) {
        return receiver.receive(ByteBuffer.wrap(FrameDocuments.frame(xml)));
    }

    private static boolean answer(OutboundRequest request, String text) {
        return receive(request.response(), RawPeer.responses(request.number(), text));
    }

    private static BusException failure(ClientTransaction<String> transaction, Reason reason, String... words) {
        BusException failure = assertThrows(BusException.class, transaction::recvResponse);
        assertEquals(reason, failure.reason(), failure.getMessage());
        for (String word : words) {
            assertTrue(failure.getMessage().contains(word), failure.getMessage());
        }
        return failure;
    }

    private void nothingIsHeld() {
        assertEquals(0, report(client).heldBytes);
        assertEquals(0, report(client).inFlight);
        assertEquals(carrier.sent(), carrier.ended());
    }

    @Test
    void theFrameOfARequestHasItsNumberAndTheTimeThatIsLeft() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(30)));
        ClientTransaction<String> transaction = send("a");
        ends.pass(Duration.ofSeconds(10));
        OutboundRequest request = carrier.last();
        FrameBytes frame = request.begin();
        byte[] all = FrameDocuments.read(frame);
        assertEquals("<requests tx=\"1\" ttl=\"20000\"><text>a</text></requests>", FrameDocuments.xml(all));
        assertEquals(all.length, frame.size());
        assertTrue(answer(request, "yes"));
        assertEquals(List.of("yes"), transaction.recvResponse());
        assertTrue(request.isDone());
        nothingIsHeld();
    }

    @Test
    void aRequestThatWasNotProcessedGetsAnotherNumberAndIgnoresTheFormerOne() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        OutboundRequest request = carrier.last();
        assertNotNull(request.begin(0));
        FrameReceiver former = request.response();
        request.renew();
        assertEquals(2, request.number());
        String xml = FrameDocuments.xml(FrameDocuments.read(request.begin(3)));
        assertTrue(xml.startsWith("<requests tx=\"2\" ttl=\""), xml);
        assertTrue(xml.contains(" epoch=\"3\">"), xml);
        assertTrue(receive(former, RawPeer.responses(1, "old")));
        assertFalse(request.isDone());
        assertTrue(answer(request, "new"));
        assertEquals(List.of("new"), transaction.recvResponse());
        nothingIsHeld();
    }

    @Test
    void aCarrierLearnsHowLongARequestMayWaitToBeSent() throws Exception {
        open(options -> options.sendTimeout(Duration.ofSeconds(5)).responseTimeout(Duration.ofSeconds(30)));
        send("a");
        OutboundRequest request = carrier.last();
        assertEquals(Duration.ofSeconds(5).toNanos(), request.sendNanosLeft());
        ends.pass(Duration.ofSeconds(4));
        assertEquals(Duration.ofSeconds(1).toNanos(), request.sendNanosLeft());
    }

    @Test
    void aRequestCanBeSentAgainFromItsBeginning() throws Exception {
        open(options -> options);
        send("a");
        OutboundRequest request = carrier.last();
        byte[] first = FrameDocuments.read(request.begin());
        assertEquals(FrameDocuments.xml(first), FrameDocuments.xml(FrameDocuments.read(request.begin())));
    }

    @Test
    void aRequestIsNotSentWhenItsTimeIsOver() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        ClientTransaction<String> transaction = send("a");
        ends.pass(Duration.ofSeconds(6));
        assertTrue(carrier.last().nanosLeft() <= 0);
        assertNull(carrier.last().begin());
        failure(transaction, Reason.CONNECT, "was not sent", "test:relay");
        nothingIsHeld();
    }

    @Test
    void aRequestIsNotSentAfterItHasEnded() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        carrier.last().fail(Reason.OVERLOADED, "the relay is busy", null);
        assertNull(carrier.last().begin());
        failure(transaction, Reason.OVERLOADED, "the relay is busy", "test:relay");
        nothingIsHeld();
    }

    @Test
    void aRequestThatWasSentHasAnUnknownOutcomeWhenItsTimeIsOver() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        ClientTransaction<String> transaction = send("a");
        assertNotNull(carrier.last().begin());
        ends.pass(Duration.ofSeconds(6));
        failure(transaction, Reason.TIMEOUT, "responseTimeout");
        nothingIsHeld();
    }

    @Test
    void aRequestThatHasFailedAsNotSentIsNotSent() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        ClientTransaction<String> transaction = send("a");
        OutboundRequest request = carrier.last();
        whenTimeIsRead.set(() -> ends.pass(Duration.ofSeconds(6)));
        assertNull(request.begin());
        failure(transaction, Reason.CONNECT, "was not sent");
    }

    @Test
    void theFirstResponseCounts() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        OutboundRequest request = carrier.last();
        FrameReceiver late = request.response();
        assertTrue(answer(request, "first"));
        assertTrue(receive(late, RawPeer.responses(1, "second")));
        assertTrue(answer(request, "third"));
        request.fail(Reason.CLOSED, "too late", null);
        assertEquals(List.of("first"), transaction.recvResponse());
        nothingIsHeld();
        assertEquals(1, report(client).answered);
    }

    @Test
    void aResponseWithAnotherNumberFailsTheTransaction() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        assertTrue(receive(carrier.last().response(), RawPeer.responses(2, "b")));
        failure(transaction, Reason.MALFORMED, "with the number 2", "with the number 1");
        nothingIsHeld();
    }

    @Test
    void aResponseWithoutANumberFailsTheTransaction() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        receive(carrier.last().response(), "<responses><text>b</text></responses>");
        failure(transaction, Reason.MALFORMED, "with the number 0");
    }

    @Test
    void requestsInPlaceOfResponsesFailTheTransaction() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        receive(carrier.last().response(), RawPeer.requests(1, "b"));
        failure(transaction, Reason.MALFORMED, "<requests>");
    }

    @Test
    void malformedXmlFailsTheTransaction() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        receive(carrier.last().response(), "<responses tx=1>");
        failure(transaction, Reason.MALFORMED, "test:relay");
        nothingIsHeld();
    }

    @Test
    void aFailureOfTheServerFailsTheTransaction() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        receive(carrier.last().response(), "<responses tx=\"1\" error=\"overloaded\">the queue is full</responses>");
        failure(transaction, Reason.OVERLOADED, "the queue is full");
        nothingIsHeld();
    }

    @Test
    void aWrongNumberOfResponsesFailsTheTransaction() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        receive(carrier.last().response(), "<responses tx=\"1\"><text>a</text><text>b</text></responses>");
        failure(transaction, Reason.MISMATCH, "2 responses to 1 requests");
        nothingIsHeld();
    }

    @Test
    void aResponseOverALimitFailsTheTransaction() throws Exception {
        open(options -> options.limits(FrameLimits.builder().maxXmlSize(200).build()));
        ClientTransaction<String> transaction = send("a");
        assertTrue(answer(carrier.last(), "b".repeat(500)));
        failure(transaction, Reason.TOO_LARGE, "maxXmlSize");
        nothingIsHeld();
    }

    @Test
    void aResponseOverMemoryLimitFailsTheTransaction() throws Exception {
        open(options -> options.memoryLimit(1 << 20));
        ClientTransaction<String> transaction = send("a");
        assertTrue(answer(carrier.last(), "b".repeat(1_100_000)));
        failure(transaction, Reason.TOO_LARGE, "memoryLimit");
        nothingIsHeld();
    }

    @Test
    void aResponseThatIsArrivingUsesMemoryUntilItsTransactionEnds() throws Exception {
        open(options -> options.responseTimeout(Duration.ofSeconds(5)));
        ClientTransaction<String> transaction = send("a");
        OutboundRequest request = carrier.last();
        request.begin();
        long sending = report(client).heldBytes;
        byte[] frame = FrameDocuments.frame(RawPeer.responses(1, "b".repeat(10_000)));
        FrameReceiver receiver = request.response();
        assertFalse(receiver.receive(ByteBuffer.wrap(Arrays.copyOf(frame, 9000))));
        assertTrue(report(client).heldBytes > sending + 8000);
        ends.pass(Duration.ofSeconds(6));
        failure(transaction, Reason.TIMEOUT);
        nothingIsHeld();
        assertTrue(receiver.receive(ByteBuffer.wrap(frame, 9000, frame.length - 9000)), "nothing more is needed");
    }

    @Test
    void aResponseWhoseRestWillNotArriveUsesNoMemoryAndAnotherOneCounts() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        OutboundRequest request = carrier.last();
        long sending = report(client).heldBytes;
        byte[] frame = FrameDocuments.frame(RawPeer.responses(1, "b"));
        FrameReceiver receiver = request.response();
        receiver.receive(ByteBuffer.wrap(frame, 0, frame.length - 5));
        receiver.close();
        assertEquals(sending, report(client).heldBytes);
        assertFalse(request.isDone());
        answer(request, "yes");
        assertEquals(List.of("yes"), transaction.recvResponse());
    }

    @Test
    void allResponsesThatAreArrivingUseNoMemoryAfterTheirTransactionHasEnded() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        OutboundRequest request = carrier.last();
        byte[] frame = FrameDocuments.frame(RawPeer.responses(1, "b"));
        for (int i = 0; i < 3; i++) { // From a server that has been asked again, for example.
            request.response().receive(ByteBuffer.wrap(frame, 0, frame.length - 5));
        }
        answer(request, "yes");
        assertEquals(List.of("yes"), transaction.recvResponse());
        nothingIsHeld();
    }

    @Test
    void aResponseThatBeginsAfterTheEndIsNotNeeded() throws Exception {
        open(options -> options);
        send("a");
        carrier.last().fail(Reason.CLOSED, "the relay has gone", null);
        assertTrue(answer(carrier.last(), "late"));
        nothingIsHeld();
    }

    @Test
    void aResponseThatNobodyHasReceivedYetUsesMemoryOnceItIsAwaited() throws Exception {
        open(options -> options);
        ClientTransaction<String> transaction = send("a");
        CompletableFuture<List<String>> stage = transaction.response().toCompletableFuture();
        answer(carrier.last(), "yes");
        assertEquals(List.of("yes"), stage.get(20, TimeUnit.SECONDS));
        nothingIsHeld();
    }

    @Test
    void aRequestWhoseAttachmentFailsFailsAndIsVoid() throws Exception {
        CarrierClient<Attachment, String> files = ends.fileClient(carrier, options -> options);
        try {
            ClientTransaction<String> transaction = files.sendRequest(List.of(CarrierServerTest.tooShort()));
            OutboundRequest request = carrier.last();
            assertTrue(request.size() > 1_000_000);
            FrameBytes frame = request.begin();
            assertTrue(frame.mayBlock());
            assertThrows(IOException.class, () -> FrameDocuments.read(frame));
            assertNull(frame.next());
            failure(transaction, Reason.CODEC, "an attachment ended 500000 bytes before");
            assertEquals(carrier.sent(), carrier.ended());
            assertNull(request.begin());
            assertEquals(0, report(files).heldBytes);
        } finally {
            files.close();
        }
    }

    @Test
    void closingEndsAllTransactionsAndThenClosesTheCarrierOnce() throws Exception {
        open(options -> options);
        ClientTransaction<String> sent = send("a");
        carrier.last().begin();
        ClientTransaction<String> waiting = send("b");
        client.close();
        client.close();
        failure(sent, Reason.CLOSED);
        failure(waiting, Reason.CLOSED);
        failure(send("c"), Reason.CLOSED);
        assertEquals(2, carrier.sent().size());
        nothingIsHeld();
        assertEquals(1, carrier.closed());
        assertTrue(client.isClosed());
    }

    @Test
    void aRequestMayBeAnsweredBeforeSendReturns() throws Exception {
        open(options -> options.maxInFlight(1));
        carrier.onSend(request -> answer(request, "at once"));
        for (int i = 0; i < 3; i++) {
            assertEquals(List.of("at once"), send("a").recvResponse());
        }
        nothingIsHeld();
    }

    @Test
    void theReportHasWhatTheCarrierTells() {
        open(options -> options);
        assertEquals(7, report(client).peers);
        assertEquals("test:relay", report(client).address);
        assertEquals("client", report(client).kind);
    }
}
