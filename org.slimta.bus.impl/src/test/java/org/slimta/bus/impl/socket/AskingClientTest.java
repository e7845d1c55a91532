package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;
import org.slimta.bus.impl.wire.ControlFrames;

/** How a client asks what became of requests whose connection broke. */
@Timeout(60)
class AskingClientTest {

    private final ClientOverFakes client = new ClientOverFakes(options -> options.responseTimeout(Duration.ofHours(1)));

    @AfterEach
    void close() {
        client.close();
    }

    private static String proven(long tx, String server, String content) {
        return "<responses tx=\"" + tx + "\" can=\"ask\" server=\"" + server + "\">" + content + "</responses>";
    }

    /** A connection to a server that can be asked, with nothing on it. */
    private FakeConnection kept() throws Exception {
        ClientTransaction<String> first = client.send("first");
        FakeConnection server = client.connected();
        String sent = ClientOverFakes.sent(server, 1).get(0);
        assertTrue(sent.contains(" can=\"ask\" client=\""), sent);
        server.arrive(proven(RawPeer.tx(sent), "S", "<text>yes</text>"));
        ClientOverFakes.isAnswered(first);
        return server;
    }

    /** The next connection, on which the client has sent a probe and nothing else; gives the number of that. */
    private static long probe(FakeConnection server) {
        String sent = ClientOverFakes.sent(server, 1).get(0);
        assertTrue(sent.contains(" probe=\"true\""), sent);
        return RawPeer.tx(sent);
    }

    /** A proven connection after one that broke. */
    private FakeConnection again() throws InterruptedException {
        FakeConnection next = client.connected();
        next.arrive(proven(probe(next), "S", ""));
        client.passMillis(50); // It asks a moment later if connections break one after the other.
        return next;
    }

    /**
     * A transaction whose connection broke after it was sent.
     *
     * @param transaction the transaction
     * @param tx its number
     */
    private record Lost(ClientTransaction<String> transaction, long tx) {}

    private Lost lost() throws Exception {
        FakeConnection broken = kept();
        ClientTransaction<String> transaction = client.send("a");
        long tx = ClientOverFakes.one(broken);
        broken.hangUp();
        return new Lost(transaction, tx);
    }

    /** The next connection, over which the server is asked about a transaction for the first time. */
    private FakeConnection asked(Lost lost) throws InterruptedException {
        FakeConnection next = again();
        asks(next, Long.toString(lost.tx()), 1);
        return next;
    }

    private static void asks(FakeConnection server, String numbers, long epoch) {
        assertEquals(
                List.of("<control ask=\"" + numbers + "\" epoch=\"" + epoch + "\"/>"), ClientOverFakes.sent(server, 1));
    }

    /** The epoch of a question. */
    private static long epoch(String question) {
        assertTrue(question.startsWith("<control ask=\""), question);
        return Long.parseLong(question.replaceFirst(".* epoch=\"([0-9]+)\".*", "$1"));
    }

    private static void fails(ClientTransaction<String> transaction, Reason reason, Outcome outcome) {
        BusException failure = assertThrows(BusException.class, transaction::recvResponse);
        assertEquals(reason, failure.reason(), failure.getMessage());
        assertEquals(outcome, failure.outcome(), failure.getMessage());
    }

    @Test
    void itProvesTheNextConnectionAsksAndGetsTheResponse() throws Exception {
        Lost asked = lost();
        FakeConnection next = asked(asked);
        next.arrive("<control working=\"" + asked.tx() + "\"/>");
        next.arrive(RawPeer.responses(asked.tx(), "yes"));
        ClientOverFakes.isAnswered(asked.transaction());
    }

    @Test
    void whatTheServerDoesNotKnowIsSentAgainWithANewNumber() throws Exception {
        Lost asked = lost();
        FakeConnection next = asked(asked);
        next.arrive("<control unknown=\"" + asked.tx() + "\"/>");
        String sent = ClientOverFakes.sent(next, 1).get(0);
        assertTrue(RawPeer.tx(sent) > asked.tx(), sent);
        assertTrue(sent.contains(" epoch=\"1\""), sent);
        next.arrive(RawPeer.responses(asked.tx(), "no")); // Nobody waits for that number any more.
        next.arrive(RawPeer.responses(RawPeer.tx(sent), "yes"));
        ClientOverFakes.isAnswered(asked.transaction());
    }

    @Test
    void whatTheServerHasForgottenHasAnUnknownOutcome() throws Exception {
        Lost asked = lost();
        FakeConnection next = asked(asked);
        next.arrive("<control forgotten=\"" + asked.tx() + "\"/>");
        fails(asked.transaction(), Reason.CLOSED, Outcome.UNKNOWN);
    }

    @Test
    void whatIsGivenBackIsSentAgain() throws Exception {
        FakeConnection server = kept();
        ClientTransaction<String> back = client.send("a");
        server.arrive("<control back=\"" + ClientOverFakes.one(server) + "\"/>");
        server.arrive(RawPeer.responses(ClientOverFakes.one(server), "yes"));
        ClientOverFakes.isAnswered(back);
    }

    /** The second drain speaks of what was sent on that connection, not of what was asked there. */
    @Test
    void whatWasAskedAboutIsAskedAboutAgainAfterTheSecondDrain() throws Exception {
        Lost asked = lost();
        FakeConnection drained = asked(asked);
        drained.arrive("<control drain=\"true\"/>");
        drained.arrive("<control drain=\"true\"/>");
        client.passMillis(500);
        FakeConnection next = client.connected();
        client.passMillis(500);
        next.arrive(proven(probe(next), "S", ""));
        client.passMillis(50);
        asks(next, Long.toString(asked.tx()), 2);
        next.arrive(RawPeer.responses(asked.tx(), "yes"));
        ClientOverFakes.isAnswered(asked.transaction());
    }

    /**
     * The server may read the questions on both connections, those on the broken one last: they must not look like the
     * later ones, even if they were sent later.
     */
    @Test
    void questionsOnAConnectionThatBreaksMeanwhileAreOlderThanThoseOnTheNextOne() throws Exception {
        FakeConnection broken = kept();
        List<ClientTransaction<String>> asked = client.send(20); // That is more than one frame asks about.
        ClientOverFakes.sent(broken, 20);
        broken.hangUp();
        FakeConnection breaking = client.connected();
        long probe = probe(breaking);
        breaking.setTaking(false);
        breaking.beforeNextSend(breaking::hangUp);
        breaking.arrive(proven(probe, "S", ""));
        client.passMillis(50);
        List<String> earlier = breaking.queued();
        FakeConnection next = again();
        List<String> later = ClientOverFakes.sent(next, 3);
        assertTrue(earlier.size() > 1, earlier.toString());
        earlier.forEach(one ->
                later.forEach(other -> assertTrue(epoch(one) < epoch(other), one + " is not older than " + other)));
        later.stream()
                .map(one -> one.replaceFirst(".* ask=\"([0-9 ]+)\".*", "$1"))
                .flatMap(numbers -> ControlFrames.numbers(numbers).stream())
                .forEach(tx -> next.arrive(RawPeer.responses(tx, "yes")));
        ClientOverFakes.areAnswered(asked);
    }

    @Test
    void anotherServerIsNotAsked() throws Exception {
        Lost asked = lost();
        FakeConnection other = client.connected();
        other.arrive(proven(probe(other), "T", ""));
        fails(asked.transaction(), Reason.CLOSED, Outcome.UNKNOWN);
        assertEquals(List.of(), other.takeSent());
    }

    @Test
    void aServerThatKeepsNoConnectionsIsNotAsked() throws Exception {
        Lost asked = lost();
        FakeConnection other = client.connected();
        probe(other);
        other.arrive("<responses></responses>");
        fails(asked.transaction(), Reason.CLOSED, Outcome.UNKNOWN);
        client.passMillis(1000);
        assertFalse(client.isDialed());
    }

    /** Its options have changed meanwhile: it keeps no connections any more. */
    @Test
    void aClientThatKeepsNoConnectionsDoesNotConnectForEver() throws Exception {
        FakeConnection broken = kept();
        ClientTransaction<String> asked = client.send("a");
        ClientOverFakes.one(broken);
        client.change(options -> options.poolSize(0).responseTimeout(Duration.ofHours(1)));
        broken.hangUp();
        FakeConnection next = client.connected();
        next.arrive(proven(probe(next), "S", ""));
        fails(asked, Reason.CLOSED, Outcome.UNKNOWN);
    }

    @Test
    void aServerThatRefusesConnectionsForAWhileHasEnded() throws Exception {
        Lost asked = lost();
        long start = client.now();
        while (!asked.transaction().response().toCompletableFuture().isDone()) {
            assertTrue(client.now() - start < Duration.ofSeconds(3).toNanos());
            if (client.isDialed()) {
                client.refused();
            }
            client.passMillis(50);
        }
        assertTrue(client.now() - start > Duration.ofMillis(400).toNanos());
        fails(asked.transaction(), Reason.CLOSED, Outcome.UNKNOWN);
    }

    /** The certificate of the client has expired meanwhile, for example: what it has sent before may be processed. */
    @Test
    void aServerThatRefusesTheCertificateMayHaveProcessedWhatWasSentBefore() throws Exception {
        Lost asked = lost();
        FakeConnection next = client.connected();
        probe(next);
        next.fail(new BusException(
                Reason.CONNECT,
                "the server has refused it",
                new SSLException("Received fatal alert: certificate_expired")));
        fails(asked.transaction(), Reason.CLOSED, Outcome.UNKNOWN);
    }

    @Test
    void aConnectionWhoseFirstRequestIsGivenBackIsClosedAndTheNextOneOpened() throws Exception {
        ClientTransaction<String> back = client.send("a");
        FakeConnection first = client.connected();
        first.arrive("<control back=\"" + ClientOverFakes.one(first) + "\"/>");
        FakeConnection next = client.connected();
        next.arrive(proven(ClientOverFakes.one(next), "S", "<text>yes</text>"));
        ClientOverFakes.isAnswered(back);
    }

    /** Something that accepts and closes at once is not connected to all the time. */
    @Test
    void aConnectionThatEndsBeforeItsProbeIsAnsweredIsFollowedByAPause() throws Exception {
        kept().hangUp();
        ClientTransaction<String> second = client.send("second");
        FakeConnection server = client.connected();
        probe(server);
        server.hangUp();
        client.passMillis(0);
        assertFalse(client.isDialed(), "there is a pause before the next attempt");
        for (int attempts = 0;
                attempts < 1000 && !second.response().toCompletableFuture().isDone();
                attempts++) {
            client.passMillis(50);
            while (client.isDialed()) {
                FakeConnection next = client.connected();
                probe(next);
                next.hangUp();
            }
        }
        fails(second, Reason.CONNECT, Outcome.NOT_PROCESSED);
        ClientOverFakes.failed(second, Reason.CONNECT, "closed the connection before it sent anything");
    }

    /** A Lua node may be there now, and must not see a connection end without a frame. */
    @Test
    void aConnectionThatEndsBeforeItsProbeIsSentEndsWithAnEmptyArray() throws Exception {
        FakeConnection closing = kept();
        closing.arrive("<control drain=\"true\"/>");
        closing.arrive("<control drain=\"true\"/>");
        client.send("a");
        client.passMillis(5);
        FakeConnection next = client.connected();
        client.passMillis(0); // It may close again: nothing is sent for a moment.
        assertEquals(List.of(), next.takeSent());
        client.closeClient();
        probe(next);
    }

    /** A handler of the server would see an empty array of requests, but a probe is answered by the server itself. */
    @Test
    void aConnectionThatIsNotWantedAnyMoreEndsWithAProbe() throws Exception {
        kept().hangUp();
        ClientTransaction<String> ended = client.send("a");
        FakeTransport.Dialed opening = client.dialed();
        ended.cancel();
        probe(opening.connect());
    }

    @Test
    void aServerThatHasTooManyConnectionsIsAskedLater() throws Exception {
        Lost asked = lost();
        FakeConnection full = client.connected();
        full.arrive("<responses tx=\"" + probe(full) + "\" error=\"overloaded\">full</responses>");
        client.passMillis(0);
        assertFalse(client.isDialed(), "there is a pause before the next attempt");
        client.passMillis(50);
        FakeConnection next = asked(asked);
        next.arrive(RawPeer.responses(asked.tx(), "yes"));
        ClientOverFakes.isAnswered(asked.transaction());
    }
}
