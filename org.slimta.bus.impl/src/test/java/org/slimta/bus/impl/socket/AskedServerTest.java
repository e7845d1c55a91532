package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;

/** How a server answers when a client asks what became of requests whose connection broke. */
@Timeout(60)
class AskedServerTest extends ServerOverFakes {

    private static String first(long tx, String text) {
        return "<requests tx=\"" + tx + "\" can=\"ask\" client=\"C\"><text>" + text + "</text></requests>";
    }

    private static String probe(long tx) {
        return "<requests tx=\"" + tx + "\" can=\"ask\" client=\"C\" probe=\"true\"></requests>";
    }

    private static String ask(String numbers, long epoch) {
        return "<control ask=\"" + numbers + "\" epoch=\"" + epoch + "\"/>";
    }

    /** Another connection of the same client, which a probe has proven. */
    private FakeConnection again(long tx) {
        FakeConnection next = accept();
        next.arrive(probe(tx));
        startsWith(
                "<responses tx=\"" + tx + "\" can=\"ask\" server=\"",
                sent(next, 1).get(0));
        return next;
    }

    @Test
    void aRequestThatIsWorkedOnIsAnsweredOverTheConnectionOfTheQuestion() throws Exception {
        open(options -> options);
        FakeConnection broken = again(1);
        broken.arrive(RawPeer.requests(2, "a"));
        ServerTransaction<String, String> transaction = receive();
        broken.hangUp();
        FakeConnection next = again(3);
        next.arrive(ask("2", 1));
        assertEquals(List.of("<control working=\"2\"/>"), next.takeSent());
        transaction.sendResponse(List.of("late"));
        assertEquals(List.of(RawPeer.responses(2, "late")), next.takeSent());
        assertEquals(List.of(), broken.takeSent());
    }

    @Test
    void aResponseIsSentAgainOnce() throws Exception {
        open(options -> options);
        client.arrive(first(1, "a"));
        receives("a");
        client.hangUp();
        FakeConnection next = again(2);
        next.arrive(ask("1 1", 1));
        assertEquals(List.of(RawPeer.responses(1, "to a")), next.takeSent());
    }

    @Test
    void whatWaitedWhenItsConnectionEndedIsUnknownAndNotReceived() throws Exception {
        open(options -> options);
        FakeConnection broken = again(1);
        broken.arrive(RawPeer.requests(2, "a"));
        broken.hangUp();
        FakeConnection next = again(3);
        next.arrive(ask("2", 1));
        assertEquals(List.of("<control unknown=\"2\"/>"), next.takeSent());
        nothingIsReceived();
    }

    @Test
    void whatWaitsWhenItIsAskedAboutOutlivesItsConnection() throws Exception {
        open(options -> options);
        client.arrive(first(1, "a"));
        FakeConnection next = again(2);
        next.arrive(ask("1", 1));
        client.hangUp();
        receives("a");
        assertEquals(List.of("<control working=\"1\"/>", RawPeer.responses(1, "to a")), next.takeSent());
    }

    @Test
    void aRequestThatArrivesAfterTheAnswerUnknownIsGivenBack() throws Exception {
        open(options -> options);
        client.arrive(first(1, "a"));
        receives("a");
        client.takeSent();
        FakeConnection next = again(3);
        next.arrive(ask("2", 1));
        assertEquals(List.of("<control unknown=\"2\"/>"), next.takeSent());
        client.arrive(RawPeer.requests(2, "late"));
        assertEquals(List.of("<control back=\"2\"/>"), client.takeSent());
        nothingIsReceived();
        next.arrive("<requests tx=\"4\" epoch=\"1\"><text>b</text></requests>");
        receives("b");
    }

    @Test
    void aQuestionThatALaterOneHasOvertakenMovesNothing() throws Exception {
        open(options -> options);
        client.arrive(first(1, "a"));
        ServerTransaction<String, String> transaction = receive();
        FakeConnection second = again(2);
        FakeConnection third = again(3);
        third.arrive(ask("1", 2));
        second.arrive(ask("1", 1));
        transaction.sendResponse(List.of("yes"));
        assertEquals(List.of("<control working=\"1\"/>", RawPeer.responses(1, "yes")), third.takeSent());
        assertEquals(List.of(), second.takeSent());
    }

    @Test
    void whatIsSeenOrOlderThanTheFirstRequestIsForgotten() throws Exception {
        open(options -> options);
        client.arrive(first(5, "a"));
        receives("a");
        client.arrive("<requests tx=\"6\" seen=\"5\"><text>b</text></requests>");
        receives("b");
        client.takeSent();
        client.arrive(ask("4 5 6", 1));
        assertEquals(List.of(RawPeer.responses(6, "to b"), "<control forgotten=\"4 5\"/>"), client.takeSent());
    }

    @Test
    void whatIsCancelledBeforeItIsReceivedIsDropped() throws Exception {
        open(options -> options);
        client.arrive(first(1, "a"));
        client.arrive("<control cancel=\"1\"/>");
        client.arrive(RawPeer.requests(2, "b"));
        receives("b");
        nothingIsReceived();
    }

    @Test
    void aServerThatKeepsNoResponsesIsNotAsked() throws Exception {
        open(options -> options.responseRetention(Duration.ZERO));
        client.arrive(probe(1));
        client.arrive(ask("7", 1));
        assertEquals(List.of("<responses tx=\"1\"></responses>"), client.takeSent());
    }

    /** Its connection is closed while the queue has no room for it: it was asked about, so somebody waits for it. */
    @Test
    void aRequestThatFindsNoRoomIsNotLostWithItsFormerConnection() throws Exception {
        open(options -> options.queueSize(1));
        client.arrive(first(1, "a"));
        client.arrive(RawPeer.requests(2, "b"));
        assertTrue(client.isPaused());
        FakeConnection next = again(3);
        next.arrive(ask("2", 1));
        assertEquals(List.of("<control working=\"2\"/>"), next.takeSent());
        client.hangUp();
        assertEquals(List.of("<control unknown=\"2\"/>"), next.takeSent());
        nothingIsReceived();
    }

    @Test
    void aClientThatReadsNoAnswersToProbesIsNotRead() throws Exception {
        open(options -> options);
        client.setTaking(false);
        for (int tx = 1; tx < 100_000 && !client.isPaused(); tx++) {
            client.arrive(probe(tx));
        }
        assertTrue(client.isPaused());
    }

    @Test
    void aClientThatReadsNothingAndSendsWhatIsGivenBackIsNotRead() throws Exception {
        open(options -> options);
        client.arrive(first(1, "a"));
        receives("a");
        client.arrive(ask("9999999", 1));
        client.setTaking(false);
        for (int tx = 2; tx < 100_000 && !client.isPaused(); tx++) {
            client.arrive(RawPeer.requests(tx, "late"));
        }
        assertTrue(client.isPaused());
        assertFalse(client.isFinished());
    }

    /** Numbers at the end of their range. */
    @Test
    void theLargestNumberMayBeSeen() throws Exception {
        open(options -> options);
        client.arrive(first(1, "a"));
        client.arrive("<requests tx=\"2\" seen=\"" + (Long.MAX_VALUE - 9) + "\"><text>b</text></requests>");
        client.arrive("<requests tx=\"3\" seen=\"" + Long.MAX_VALUE + "\"><text>c</text></requests>");
        receives("a", "b", "c");
    }
}
