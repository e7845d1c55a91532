package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.RememberedClient;
import org.slimta.bus.spi.RememberedClient.Answer;

/** What a server remembers of the requests of a client that may ask what became of them. */
@Timeout(60)
class RememberedClientTest {

    private static final Duration PLENTY = Duration.ofSeconds(20);

    private final CarrierEnds ends = new CarrierEnds();
    private CarrierServer<String, String> server;
    private RememberedClient client;

    private void open(UnaryOperator<ServerOptions.Builder> change) {
        server = ends.server(change);
        client = server.client("a", "me");
    }

    @AfterEach
    void close() {
        server.close();
        ends.close();
    }

    private TestSource bring(long number, long epoch, String text) {
        TestSource source = new TestSource();
        client.newRequest(source).receive(ByteBuffer.wrap(frame(number, epoch, text)));
        return source;
    }

    private ServerTransaction<String, String> receive() throws Exception {
        return server.recvRequest(PLENTY);
    }

    private boolean isNothingToReceive() {
        return server.inbox().size() == 0;
    }

    @Test
    void whatArrivesTwiceIsProcessedOnce() throws Exception {
        open(options -> options);
        TestSource first = bring(1, 0, "x");
        TestSource again = bring(1, 0, "x");
        ServerTransaction<String, String> transaction = receive();
        assertTrue(isNothingToReceive());
        transaction.sendResponse(List.of("done"));
        TestSource late = bring(1, 0, "x");
        assertTrue(isNothingToReceive());
        assertEquals(List.of(RawPeer.responses(1, "done")), first.replies());
        assertEquals(List.of(), again.replies());
        assertEquals(List.of(), late.replies());
        assertEquals(0, again.returned() + late.returned());
        assertEquals(0, report(server).heldBytes);
    }

    @Test
    void aReplyIsSentAgainAsOftenAsItIsAskedForUntilTheClientHasSeenIt() throws Exception {
        open(options -> options);
        TestSource source = bring(1, 0, "x");
        assertEquals(Answer.WORKING, client.ask(1, 1));
        ServerTransaction<String, String> transaction = receive();
        assertEquals(Answer.WORKING, client.ask(1, 2));
        transaction.sendResponse(List.of("done"));
        assertEquals(Answer.REPLIED, client.ask(1, 3));
        assertEquals(Answer.REPLIED, client.ask(1, 4));
        String reply = RawPeer.responses(1, "done");
        assertEquals(List.of(reply, reply, reply), source.replies());
        TestSource next = new TestSource();
        String xml = RawPeer.requests(2, "y").replace("<requests", "<requests seen=\"1\"");
        client.newRequest(next).receive(ByteBuffer.wrap(FrameDocuments.frame(xml)));
        assertEquals(Answer.FORGOTTEN, client.ask(1, 5));
    }

    @Test
    void whatIsUnknownIsNotTakenWhenItArrivesLate() {
        open(options -> options);
        assertEquals(Answer.UNKNOWN, client.ask(7, 1));
        TestSource late = bring(7, 0, "x");
        assertEquals(1, late.returned());
        assertTrue(isNothingToReceive());
        assertEquals(0, bring(8, 1, "x").returned());
        assertFalse(isNothingToReceive());
    }

    @Test
    void aFullQueueGivesBackAndRemembersNothing() throws Exception {
        open(options -> options.queueSize(1));
        bring(1, 0, "x");
        TestSource second = bring(2, 0, "y");
        assertEquals(1, second.returned());
        assertEquals(List.of(), second.replies());
        assertEquals(Answer.UNKNOWN, client.ask(2, 1));
        receive().sendResponse(List.of("done"));
        bring(3, 1, "z");
        assertEquals(List.of("z"), receive().requests());
        assertEquals(0, report(server).failed.size());
    }

    @Test
    void whatWasGivenBackIsNotTakenWhenItArrivesOnceMore() throws Exception {
        open(options -> options.queueSize(1));
        bring(1, 0, "x");
        assertEquals(1, bring(2, 0, "y").returned());
        receive().sendResponse(List.of("done"));
        bring(2, 0, "y"); // The client has sent it to another server meanwhile.
        assertTrue(isNothingToReceive());
        bring(3, 0, "z");
        assertEquals(List.of("z"), receive().requests());
    }

    @Test
    void whatIsBeingProcessedIsNotGivenBackWhenItArrivesOnceMore() {
        open(options -> options);
        bring(2, 0, "x");
        assertEquals(Answer.UNKNOWN, client.ask(1, 1)); // From now on, epoch 0 is too low.
        assertEquals(0, bring(2, 0, "x").returned());
        assertEquals(1, server.inbox().size());
    }

    @Test
    void whatTheClientHasSeenIsNotTakenWhenItArrivesOnceMore() throws Exception {
        open(options -> options);
        bring(1, 0, "x");
        receive().sendResponse(List.of("done"));
        String xml = RawPeer.requests(2, "y").replace("<requests", "<requests seen=\"1\"");
        client.newRequest(new TestSource()).receive(ByteBuffer.wrap(FrameDocuments.frame(xml)));
        assertEquals(List.of("y"), receive().requests());
        bring(1, 0, "x");
        assertTrue(isNothingToReceive());
    }

    @Test
    void aFrameForWhichThereIsNoMemoryIsGivenBack() {
        open(options -> options.memoryLimit(1 << 20));
        assertEquals(Long.MAX_VALUE, server.memoryRoom());
        bring(1, 0, "x".repeat(600_000));
        assertTrue(server.memoryRoom() < (1 << 20) - 600_000, "room " + server.memoryRoom());
        assertEquals(1, bring(2, 0, "y".repeat(600_000)).returned());
        assertEquals(Answer.UNKNOWN, client.ask(2, 1));
    }

    @Test
    void closingGivesBackWhatWaits() {
        open(options -> options);
        TestSource waiting = bring(1, 0, "x");
        server.close();
        assertEquals(1, waiting.returned());
        assertEquals(Answer.UNKNOWN, client.ask(1, 1));
        assertEquals(1, bring(2, 1, "y").returned());
    }

    private static byte[] frame(long number, long epoch, String text) {
        return FrameDocuments.frame(
                RawPeer.requests(number, text).replace("<requests", "<requests epoch=\"" + epoch + "\""));
    }

    @Test
    void aLargeRequestIsTakenThoughTheClientHasAskedAboutOthersMeanwhile() throws Exception {
        open(options -> options);
        TestSource source = new TestSource();
        FrameReceiver receiver = client.newRequest(source, 1, 0);
        assertNull(client.newRequest(new TestSource(), 1, 0));
        assertEquals(Answer.UNKNOWN, client.ask(9, 1));
        receiver.receive(ByteBuffer.wrap(frame(1, 0, "x")));
        assertEquals(List.of("x"), receive().requests());
        assertEquals(0, source.returned());
        TestSource late = new TestSource();
        assertNull(client.newRequest(late, 2, 0)); // Its epoch is too low now.
        assertEquals(1, late.returned());
    }

    @Test
    void aLargeRequestThatWasAskedAboutIsNotTakenWhenItIsComplete() {
        open(options -> options);
        TestSource source = new TestSource();
        FrameReceiver receiver = client.newRequest(source, 1, 0);
        assertEquals(Answer.UNKNOWN, client.ask(1, 1));
        receiver.receive(ByteBuffer.wrap(frame(1, 0, "x")));
        assertTrue(isNothingToReceive());
        assertEquals(1, source.returned());
    }

    @Test
    void whatIsCancelledIsNotProcessedAgain() throws Exception {
        open(options -> options);
        TestSource source = bring(1, 0, "x");
        client.cancel(1);
        client.cancel(99);
        assertTrue(isNothingToReceive());
        bring(1, 0, "x");
        assertTrue(isNothingToReceive());
        assertEquals(Answer.FORGOTTEN, client.ask(1, 1));
        assertEquals(List.of(), source.replies());
        assertEquals(0, report(server).heldBytes);
    }

    @Test
    void whatIsCancelledBeforeItArrivesIsNotProcessed() {
        open(options -> options);
        client.cancel(2);
        bring(2, 0, "x");
        assertTrue(isNothingToReceive());
        assertNull(client.newRequest(new TestSource(), 2, 0));
        bring(1, 0, "y");
        assertEquals(1, server.inbox().size());
    }

    @Test
    void repliesAreKeptForTheResponseRetention() throws Exception {
        open(options -> options.responseRetention(Duration.ofSeconds(15)));
        bring(1, 0, "x");
        receive().sendResponse(List.of("done"));
        ends.pass(Duration.ofSeconds(10));
        assertEquals(Answer.REPLIED, client.ask(1, 1));
        ends.pass(Duration.ofSeconds(10));
        assertEquals(Answer.FORGOTTEN, client.ask(1, 2));
    }

    @Test
    void anIdentityBelongsToItsFirstOwner() {
        open(options -> options);
        assertNull(server.client("a", "somebody else"));
        assertNull(server.client("a", null));
        assertNotNull(server.client("a", "me"));
        assertNotNull(server.client("b", "somebody else"));
        assertNull(server.client("", "me"));
        assertNull(server.client("x".repeat(65), "me"));
    }

    @Test
    void whatAGoneClientHasSentIsForgotten() throws Exception {
        open(options -> options.responseRetention(Duration.ofSeconds(5)));
        bring(1, 0, "x");
        ServerTransaction<String, String> transaction = receive();
        client.left();
        ends.pass(Duration.ofSeconds(7));
        assertTrue(transaction.cancelled().toCompletableFuture().isDone());
        assertEquals(0, report(server).heldBytes);
    }
}
