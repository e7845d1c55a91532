package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.PauseReason;

/** When a server does not read a connection, and which one it reads next. */
@Timeout(60)
class ServerBackpressureTest extends ServerOverFakes {

    @Test
    void connectionsThatFoundNoRoomTakeTurns() throws Exception {
        open(options -> options.queueSize(1));
        FakeConnection second = accept();
        FakeConnection third = accept();
        client.arrive(RawPeer.requests(1, "a1"));
        client.arrive(RawPeer.requests(2, "a2"));
        second.arrive(RawPeer.requests(1, "b1"));
        third.arrive(RawPeer.requests(1, "c1"));
        for (FakeConnection each : clients) {
            assertEquals(Set.of(PauseReason.QUEUE_FULL), each.pauseReasons());
        }
        receives("a1");
        assertFalse(client.isPaused());
        client.arrive(RawPeer.requests(3, "a3"));
        receives("a2", "b1", "c1", "a3");
        assertTrue(clients.stream().noneMatch(FakeConnection::isPaused));
        nothingIsReceived();
    }

    @Test
    void aConnectionThatEndsWhileItIsParkedLetsTheNextOneIn() throws Exception {
        open(options -> options.queueSize(1));
        FakeConnection second = accept();
        client.arrive(RawPeer.requests(1, "a1"));
        client.arrive(RawPeer.requests(2, "a2"));
        second.arrive(RawPeer.requests(1, "b1"));
        client.hangUp();
        receives("b1");
        nothingIsReceived();
        assertEquals(List.of(RawPeer.responses(1, "to b1")), second.takeSent());
        assertEquals(2, server.meter().failures(Reason.CLOSED));
    }

    @Test
    void aParkedConnectionGoesOnWhenTheQueueIsMadeLarger() throws Exception {
        open(options -> options.queueSize(1));
        client.arrive(RawPeer.requests(1, "a1"));
        client.arrive(RawPeer.requests(2, "a2"));
        assertTrue(client.isPaused());
        server.reconfigure(
                ServerOptions.builder().queueSize(5).drainTimeout(Duration.ZERO).build());
        assertFalse(client.isPaused());
        receives("a1", "a2");
    }

    @Test
    void aClientWhoseConnectionIsParkedIsToldThatTheServerLives() throws Exception {
        open(options -> options.queueSize(1));
        client.arrive(RawPeer.requests(1, "a1"));
        client.arrive(RawPeer.requests(2, "a2"));
        timer.advance(Duration.ofSeconds(1));
        assertTrue(client.takeSent().contains("<control pong=\"parked\"/>"));
        receives("a1", "a2");
        client.takeSent();
        timer.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), client.takeSent());
    }

    @Test
    void aClientThatDoesNotReadItsResponsesIsNotReadUntilItDoes() throws Exception {
        open(options -> options);
        client.setTaking(false);
        client.arrive(RawPeer.requests(1, "a"));
        receive().sendResponse(List.of(LARGE));
        client.arrive(RawPeer.requests(2, "b"));
        assertEquals(Set.of(PauseReason.UNTAKEN_RESPONSES), client.pauseReasons());
        client.setTaking(true);
        assertEquals(Set.of(), client.pauseReasons());
        receives("b");
        assertEquals(2, client.takeSent().size());
    }

    @Test
    void requestsOfAClientThatDoesNotReadItsResponsesWaitAndThoseOfOthersDoNot() throws Exception {
        open(options -> options);
        FakeConnection other = accept();
        client.setTaking(false);
        client.arrive(RawPeer.requests(1, "a1"));
        client.arrive(RawPeer.requests(2, "a2"));
        other.arrive(RawPeer.requests(1, "b1"));
        receive().sendResponse(List.of(LARGE));
        receives("b1");
        nothingIsReceived();
        client.setTaking(true);
        receives("a2");
    }

    @Test
    void requestsThatWaitForTheirClientLeaveTheirPlacesInTheQueue() throws Exception {
        open(options -> options.queueSize(1));
        FakeConnection other = accept();
        client.setTaking(false);
        client.arrive(RawPeer.requests(1, "a1"));
        ServerTransaction<String, String> first = receive();
        client.arrive(RawPeer.requests(2, "a2"));
        other.arrive(RawPeer.requests(1, "b1"));
        assertTrue(other.isPaused());
        first.sendResponse(List.of(LARGE));
        receives("b1");
        assertFalse(other.isPaused());
    }

    @Test
    void whatWaitsForItsClientIsNotProcessedWhenThatIsGone() throws Exception {
        open(options -> options);
        client.setTaking(false);
        client.arrive(RawPeer.requests(1, "a1"));
        client.arrive(RawPeer.requests(2, "a2"));
        receive().sendResponse(List.of(LARGE));
        nothingIsReceived();
        client.hangUp();
        nothingIsReceived();
        assertEquals(0, server.inbox().unsettledCount());
    }
}
