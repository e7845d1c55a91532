package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.bring;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.spi.FrameReceiver;

/** What a server does with the requests that a carrier brings. */
@Timeout(60)
class CarrierServerTest {

    private static final Duration PLENTY = Duration.ofSeconds(20);

    private final CarrierEnds ends = new CarrierEnds();
    private CarrierServer<String, String> server;

    private void open(UnaryOperator<ServerOptions.Builder> change) {
        server = ends.server(change);
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        ends.close();
    }

    private ServerTransaction<String, String> receive() throws Exception {
        return server.recvRequest(PLENTY);
    }

    private void answer(String text) throws Exception {
        receive().sendResponse(List.of(text));
    }

    private static void failed(TestSource source, long tx, String error, String... words) {
        assertEquals(1, source.replies().size(), source.replies().toString());
        String reply = source.replies().get(0);
        assertTrue(reply.startsWith("<responses tx=\"" + tx + "\" error=\"" + error + "\""), reply);
        for (String word : words) {
            assertTrue(reply.contains(word), reply);
        }
        assertEquals(0, source.returned());
    }

    private static byte[] cut(String xml, int bytes) {
        byte[] frame = FrameDocuments.frame(xml);
        return Arrays.copyOf(frame, frame.length - bytes);
    }

    @Test
    void aResponseGoesToTheSourceOfItsRequest() throws Exception {
        open(options -> options);
        TestSource first = bring(server, RawPeer.requests(1, "a"));
        TestSource second = bring(server, RawPeer.requests(1, "b")); // Another client may use the same number.
        ServerTransaction<String, String> one = receive();
        ServerTransaction<String, String> other = receive();
        assertEquals(List.of("a"), one.requests());
        assertEquals("someone", one.peer().name());
        other.sendResponse(List.of("to b"));
        one.sendResponse(List.of("to a"));
        assertEquals(List.of(RawPeer.responses(1, "to a")), first.replies());
        assertEquals(List.of(RawPeer.responses(1, "to b")), second.replies());
        assertEquals(2, report(server).answered);
    }

    @Test
    void aRequestThatFindsAFullQueueFailsAtOnceAndThoseInTheQueueAreAnswered() throws Exception {
        open(options -> options.queueSize(2));
        TestSource first = bring(server, RawPeer.requests(1, "a"));
        TestSource second = bring(server, RawPeer.requests(2, "b"));
        assertEquals(0, server.room());
        TestSource third = bring(server, RawPeer.requests(3, "c"));
        failed(third, 3, "overloaded", "queueSize 2");
        assertEquals(List.of(), first.replies());
        answer("yes");
        assertEquals(1, server.room());
        answer("yes");
        assertEquals(List.of(RawPeer.responses(1, "yes")), first.replies());
        assertEquals(List.of(RawPeer.responses(2, "yes")), second.replies());
        assertEquals(2, server.room());
        assertEquals(Map.of("OVERLOADED", 1L), report(server).failed);
    }

    @Test
    void closingGivesBackWhatWaitsAndFailsWhatIsReceived() throws Exception {
        open(options -> options);
        TestSource received = bring(server, RawPeer.requests(1, "a"));
        TestSource waiting = bring(server, RawPeer.requests(2, "b"));
        ServerTransaction<String, String> transaction = receive();
        server.close();
        failed(received, 1, "closed", "drainTimeout");
        assertEquals(1, waiting.returned());
        assertEquals(List.of(), waiting.replies());
        BusException late = assertThrows(BusException.class, () -> transaction.sendResponse(List.of("late")));
        assertEquals(Reason.CLOSED, late.reason());
        assertEquals(1, received.replies().size());
        assertEquals(0, report(server).heldBytes);
    }

    @Test
    void whatIsAcceptedIsAnsweredWhileTheServerCloses() throws Exception {
        open(options -> options.drainTimeout(PLENTY));
        TestSource received = bring(server, RawPeer.requests(1, "a"));
        TestSource waiting = bring(server, RawPeer.requests(2, "b"));
        ServerTransaction<String, String> first = receive();
        Thread closing = new Thread(server::close);
        closing.start();
        while (!server.isClosed()) {
            Thread.yield();
        }
        assertEquals(0, server.room());
        TestSource late = bring(server, RawPeer.requests(3, "c"));
        assertEquals(1, late.returned());
        assertEquals(List.of(), late.replies());
        first.sendResponse(List.of("yes"));
        answer("yes");
        closing.join(PLENTY.toMillis());
        assertFalse(closing.isAlive());
        assertEquals(List.of(RawPeer.responses(1, "yes")), received.replies());
        assertEquals(List.of(RawPeer.responses(2, "yes")), waiting.replies());
        assertEquals(0, waiting.returned());
    }

    @Test
    void aRequestOfWhichOnlyTheBeginningHasArrivedIsGivenBackWhenTheServerCloses() {
        open(options -> options);
        TestSource source = new TestSource();
        FrameReceiver receiver = bring(server, source, cut(RawPeer.requests(1, "a"), 15));
        server.close();
        assertEquals(1, source.returned());
        assertTrue(receiver.receive(ByteBuffer.wrap(new byte[15])), "nothing more is needed");
        assertEquals(1, source.returned());
        assertEquals(List.of(), source.replies());
    }

    @Test
    void aRequestThatItsCarrierHasGivenUpIsNotGivenBack() {
        open(options -> options);
        TestSource source = new TestSource();
        bring(server, source, cut(RawPeer.requests(1, "a"), 15)).close();
        server.close();
        assertEquals(0, source.returned());
        assertEquals(List.of(), source.replies());
    }

    @Test
    void aFrameOverALimitFailsItsTransactionAlone() throws Exception {
        open(options -> options.limits(FrameLimits.builder().maxXmlSize(200).build()));
        TestSource large = bring(server, RawPeer.requests(1, "a".repeat(500)));
        failed(large, 1, "too-large", "outcome=\"not-processed\"", "maxXmlSize");
        TestSource small = bring(server, RawPeer.requests(2, "b"));
        answer("yes");
        assertEquals(List.of(RawPeer.responses(2, "yes")), small.replies());
    }

    @Test
    void malformedXmlFailsItsTransactionWhenItIsReceived() throws Exception {
        open(options -> options.receiveTimeout(Duration.ZERO));
        TestSource source = bring(server, "<requests tx=\"1\"><text>a</requests>");
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, server::recvRequest).reason());
        failed(source, 1, "malformed");
        assertEquals(Map.of("MALFORMED", 1L), report(server).failed);
        assertEquals(0, report(server).heldBytes);
    }

    @Test
    void aRequestThatItsCodecCannotReadFails() throws Exception {
        open(options -> options.receiveTimeout(Duration.ZERO));
        TestSource source = bring(server, RawPeer.requests(1, TextCodec.BREAKING));
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, server::recvRequest).reason());
        failed(source, 1, "codec");
        assertEquals(0, report(server).heldBytes);
    }

    @Test
    void aRequestWithoutANumberIsRefusedAndCounted() {
        open(options -> options);
        TestSource source = bring(server, "<requests><text>a</text></requests>");
        assertEquals(List.of(), source.replies());
        assertEquals(0, source.returned());
        assertEquals(Map.of("MALFORMED", 1L), report(server).failed);
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
    }

    @Test
    void whatIsNoRequestIsRefusedAndCounted() {
        open(options -> options);
        assertEquals(List.of(), bring(server, RawPeer.responses(1, "a")).replies());
        assertEquals(List.of(), bring(server, "GET / HTTP/1.1").replies());
        assertEquals(Map.of("MALFORMED", 2L), report(server).failed);
    }

    @Test
    void aFrameWhoseRestDoesNotArriveFailsInTime() {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        TestSource source = new TestSource();
        FrameReceiver receiver = bring(server, source, cut(RawPeer.requests(1, "a"), 15));
        ends.pass(Duration.ofSeconds(5));
        assertEquals(List.of(), source.replies());
        assertTrue(report(server).heldBytes > 0);
        ends.pass(Duration.ofSeconds(2));
        failed(source, 1, "timeout", "frameTimeout");
        assertEquals(0, report(server).heldBytes);
        assertTrue(receiver.receive(ByteBuffer.wrap(new byte[15])));
        assertEquals(1, source.replies().size());
    }

    @Test
    void aFrameThatArrivesByteByByteFailsInTime() {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        byte[] frame = FrameDocuments.frame(RawPeer.requests(1, "a"));
        TestSource source = new TestSource();
        FrameReceiver receiver = server.newRequest(source);
        for (int i = 0; i < 20; i++) {
            receiver.receive(ByteBuffer.wrap(frame, i, 1));
            ends.pass(Duration.ofMillis(400));
        }
        assertEquals(Map.of("TIMEOUT", 1L), report(server).failed);
        assertTrue(receiver.receive(ByteBuffer.wrap(frame, 20, 1)), "nothing more is needed");
    }

    @Test
    void aFrameHasASecondMoreForEachMinRateBytes() throws Exception {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)).minRate(1));
        byte[] frame = FrameDocuments.frame(RawPeer.requests(1, "a"));
        TestSource source = new TestSource();
        FrameReceiver receiver = server.newRequest(source);
        for (byte each : frame) {
            ends.pass(Duration.ofSeconds(1));
            receiver.receive(ByteBuffer.wrap(new byte[] {each}));
        }
        answer("yes");
        assertEquals(List.of(RawPeer.responses(1, "yes")), source.replies());
    }

    @Test
    void aFrameThatHasNotEvenANumberIsCountedWhenItsTimeIsOver() {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        TestSource source = new TestSource();
        server.newRequest(source).receive(ByteBuffer.wrap(new byte[] {0}));
        ends.pass(Duration.ofSeconds(7));
        assertEquals(List.of(), source.replies());
        assertEquals(Map.of("TIMEOUT", 1L), report(server).failed);
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeFailsWhetherItIsReceivedOrNot() throws Exception {
        open(options -> options.processingTimeout(Duration.ofSeconds(5)));
        TestSource received = bring(server, RawPeer.requests(1, "a"));
        TestSource waiting = bring(server, RawPeer.requests(2, "b"));
        ServerTransaction<String, String> slow = receive();
        ends.pass(Duration.ofSeconds(7));
        failed(received, 1, "timeout", "processingTimeout");
        failed(waiting, 2, "timeout", "outcome=\"not-processed\"", "processingTimeout");
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, () -> slow.sendResponse(List.of("late")))
                        .reason());
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
    }

    @Test
    void aRequestThatHasExpiredIsNotProcessed() throws Exception {
        open(options -> options.receiveTimeout(Duration.ZERO));
        TestSource source = bring(server, "<requests tx=\"1\" ttl=\"1000\"><text>a</text></requests>");
        ends.pass(Duration.ofSeconds(2));
        assertThrows(BusException.class, server::recvRequest);
        failed(source, 1, "expired");
    }

    @Test
    void requestsThatWaitUseMemoryUntilTheyAreAnswered() throws Exception {
        open(options -> options);
        TestSource source = bring(server, RawPeer.requests(1, "a".repeat(10_000)));
        long waiting = report(server).heldBytes;
        assertTrue(waiting > 10_000, waiting + " bytes");
        ServerTransaction<String, String> transaction = receive();
        transaction.sendResponse(List.of("yes"));
        assertEquals(1, source.replies().size());
        assertEquals(0, report(server).heldBytes);
    }

    @Test
    void aRequestForWhichNoMemoryIsLeftFailsAndLaterOnesAreAnswered() throws Exception {
        open(options -> options.memoryLimit(1 << 20));
        TestSource first = bring(server, RawPeer.requests(1, "a".repeat(1_000_000)));
        TestSource second = bring(server, RawPeer.requests(2, "b".repeat(100_000)));
        failed(second, 2, "overloaded", "memoryLimit is 1048576");
        answer("yes");
        assertEquals(List.of(RawPeer.responses(1, "yes")), first.replies());
        TestSource third = bring(server, RawPeer.requests(3, "c".repeat(100_000)));
        answer("yes");
        assertEquals(List.of(RawPeer.responses(3, "yes")), third.replies());
        assertEquals(0, report(server).heldBytes);
    }

    @Test
    void aResponseWhoseAttachmentFailsIsReplacedByAFailure() throws Exception {
        CarrierServer<String, Attachment> files = ends.fileServer(options -> options);
        try {
            TestSource source = bring(files, RawPeer.requests(1, "a"));
            files.recvRequest(PLENTY).sendResponse(List.of(tooShort()));
            assertEquals(2, source.replies().size(), source.replies().toString());
            String failure = source.replies().get(0); // It comes before the first reply is known to be void.
            assertTrue(failure.startsWith("<responses tx=\"1\" error=\"codec\" outcome=\"processed\">"), failure);
            assertEquals(TestSource.VOID, source.replies().get(1));
            assertEquals(0, report(files).heldBytes);
            assertEquals(0, report(files).inFlight);
        } finally {
            files.close();
        }
    }

    /** An attachment that ends before the size that it tells, and is not read before it is sent. */
    static Attachment tooShort() {
        return new Attachment() {

            @Override
            public long size() {
                return 1_000_000;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(new byte[500_000]);
            }
        };
    }

    @Test
    void aRequestWhoseClientIsGoneIsNotReceived() throws Exception {
        open(options -> options);
        TestSource gone = new TestSource();
        gone.leave();
        bring(server, gone, FrameDocuments.frame(RawPeer.requests(1, "a")));
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
        assertEquals(Map.of("CLOSED", 1L), report(server).failed);
    }

    @Test
    void aRequestWhoseClientGoesWhileItWaitsIsNotReceived() throws Exception {
        open(options -> options);
        TestSource going = bring(server, RawPeer.requests(1, "a"));
        TestSource staying = bring(server, RawPeer.requests(2, "b"));
        going.leave();
        assertEquals(List.of("b"), receive().requests());
        assertEquals(List.of(), staying.replies());
        server.close();
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
    }

    @Test
    void theMemoryOfARequestIsFreeWhenItsClientIsGone() throws Exception {
        open(options -> options.receiveTimeout(Duration.ZERO));
        TestSource going = bring(server, RawPeer.requests(1, "a"));
        going.leave();
        assertThrows(BusException.class, server::recvRequest);
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
        assertEquals(Map.of("CLOSED", 1L), report(server).failed);
    }

    @Test
    void theMemoryOfARequestIsFreeWhenItIsAnsweredAfterItsClientIsGone() throws Exception {
        open(options -> options);
        TestSource going = bring(server, RawPeer.requests(1, "a"));
        ServerTransaction<String, String> transaction = receive();
        going.leave();
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, () -> transaction.sendResponse(List.of("late")))
                        .reason());
        assertEquals(List.of(), going.replies());
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
        assertEquals(Map.of("CLOSED", 1L), report(server).failed);
    }

    @Test
    void fewerRequestsWaitAfterTheQueueWasMadeSmaller() {
        open(options -> options.queueSize(3));
        bring(server, RawPeer.requests(1, "a"));
        server.reconfigure(
                ServerOptions.builder().queueSize(1).drainTimeout(Duration.ZERO).build());
        failed(bring(server, RawPeer.requests(2, "b")), 2, "overloaded", "queueSize 1");
        assertEquals(0, server.room());
    }

    @Test
    void aRequestThatBeginsWhenTheServerIsClosedIsGivenBackAtOnce() {
        open(options -> options);
        server.close();
        TestSource source = new TestSource();
        FrameReceiver receiver = bring(server, source, cut(RawPeer.requests(1, "a"), 15));
        assertEquals(1, source.returned());
        assertTrue(receiver.receive(ByteBuffer.wrap(new byte[15])), "nothing more is needed");
        assertEquals(1, source.returned());
    }

    private static void rejected(TestSource source, Reason reason, String word) {
        assertEquals(List.of(), source.replies());
        assertEquals(0, source.returned());
        assertEquals(1, source.rejections().size(), source.rejections().toString());
        BusException failure = source.rejections().get(0);
        assertEquals(reason, failure.reason());
        assertTrue(failure.getMessage().startsWith("bus server test:relay, peer someone: "), failure.getMessage());
        assertTrue(failure.getMessage().contains(word), failure.getMessage());
    }

    @Test
    void aFrameOfNoKnownTransactionIsRejectedWithTheReason() {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        rejected(bring(server, "<requests><text>a</text></requests>"), Reason.MALFORMED, "a number of 1 or more");
        rejected(bring(server, RawPeer.responses(1, "a")), Reason.MALFORMED, "<responses>");
        rejected(bring(server, "no XML"), Reason.MALFORMED, "");
        TestSource late = new TestSource();
        server.newRequest(late).receive(ByteBuffer.wrap(new byte[] {0}));
        ends.pass(Duration.ofSeconds(7));
        rejected(late, Reason.TIMEOUT, "frameTimeout");
        assertEquals(Map.of("MALFORMED", 3L, "TIMEOUT", 1L), report(server).failed);
    }
}
