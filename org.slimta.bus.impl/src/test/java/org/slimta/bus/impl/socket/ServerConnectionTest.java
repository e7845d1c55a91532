package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;

/** What a server does with the frames of its connections. */
@Timeout(60)
class ServerConnectionTest extends ServerOverFakes {

    @Test
    void responsesAreSentInTheOrderOfTheirRespondersWithTheirNumbers() throws Exception {
        open(options -> options);
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive(RawPeer.requests(2, "b"));
        ServerTransaction<String, String> first = receive();
        receives("b");
        first.sendResponse(List.of("late"));
        assertEquals(List.of(RawPeer.responses(2, "to b"), RawPeer.responses(1, "late")), client.takeSent());
    }

    @Test
    void aRequestWithoutANumberIsTheLastOfItsConnection() throws Exception {
        open(options -> options);
        client.arrive("<requests><text>a</text></requests>");
        assertTrue(client.isPaused());
        client.arrive("<requests><text>b</text></requests>");
        receives("a");
        assertEquals(List.of("<responses><text>to a</text></responses>"), client.takeSent());
        assertTrue(client.isFinished());
        nothingIsReceived();
    }

    @Test
    void aFailureIsNotToldToAClientThatDoesNotNumberItsRequests() throws Exception {
        open(options -> options.processingTimeout(Duration.ofSeconds(5)));
        client.arrive("<requests><text>a</text></requests>");
        receive();
        for (int i = 0; i < 30; i++) {
            timer.advance(Duration.ofMillis(250));
        }
        assertEquals(List.of(), client.takeSent());
        assertTrue(client.isFinished());
        assertEquals(1, server.meter().failures(Reason.TIMEOUT));
    }

    @Test
    void aRequestThatCannotBeReadFailsAlone() throws Exception {
        open(options -> options);
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive("<requests tx=\"2\" ttl=\"soon\"><text>b</text></requests>");
        client.arrive("<requests tx=\"3\"><text>c</requests>");
        client.arrive(RawPeer.requests(4, "d"));
        receives("a", "d");
        List<String> sent = client.takeSent();
        assertEquals(4, sent.size(), sent.toString());
        startsWith("<responses tx=\"2\" error=\"malformed\" outcome=\"not-processed\">", sent.get(0));
        assertEquals(RawPeer.responses(1, "to a"), sent.get(1));
        startsWith("<responses tx=\"3\" error=\"malformed\" outcome=\"not-processed\">", sent.get(2));
        assertEquals(RawPeer.responses(4, "to d"), sent.get(3));
        assertFalse(client.isFinished());
        assertEquals(2, server.meter().failures(Reason.MALFORMED));
    }

    @Test
    void whatCannotBeReadAndHasNoNumberEndsItsConnectionAfterWhatCameBefore() throws Exception {
        open(options -> options);
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive("<nonsense/>");
        assertFalse(client.isFinished());
        client.arrive(RawPeer.requests(2, "b"));
        receives("a");
        assertEquals(List.of(RawPeer.responses(1, "to a")), client.takeSent());
        assertTrue(client.isFinished());
        nothingIsReceived();
        assertEquals(1, server.meter().failures(Reason.MALFORMED));
    }

    @Test
    void aClientThatSendsResponsesIsRefused() throws Exception {
        open(options -> options);
        client.arrive(RawPeer.responses(1, "a"));
        assertEquals(List.of(), client.takeSent());
        assertTrue(client.isFinished());
        assertEquals(1, server.meter().failures(Reason.MALFORMED));
    }

    @Test
    void aPingIsAnsweredAfterTheFirstRequest() throws Exception {
        open(options -> options);
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive("<control ping=\"5\"/>");
        assertEquals(List.of("<control pong=\"5\"/>"), client.takeSent());
    }

    @Test
    void aPingBeforeAnyRequestIsRefused() throws Exception {
        open(options -> options);
        client.arrive("<control ping=\"5\"/>");
        assertEquals(List.of(), client.takeSent());
        assertTrue(client.isFinished());
    }

    @Test
    void requestsOfAConnectionThatHasEndedAreNotReceived() throws Exception {
        open(options -> options);
        FakeConnection other = accept();
        client.arrive(RawPeer.requests(1, "a"));
        other.arrive(RawPeer.requests(1, "b"));
        client.arrive(RawPeer.requests(2, "c"));
        client.hangUp();
        receives("b");
        nothingIsReceived();
        assertEquals(2, server.meter().failures(Reason.CLOSED));
        assertEquals(0, server.inbox().unsettledCount());
    }

    @Test
    void aResponseToAClientThatHasGoneFails() throws Exception {
        open(options -> options);
        client.arrive(RawPeer.requests(1, "a"));
        ServerTransaction<String, String> transaction = receive();
        client.hangUp();
        BusException failure = assertThrows(BusException.class, () -> transaction.sendResponse(List.of("late")));
        assertEquals(Reason.CLOSED, failure.reason());
        assertEquals(1, server.meter().failures(Reason.CLOSED));
        assertEquals(List.of(), client.takeSent());
    }
}
