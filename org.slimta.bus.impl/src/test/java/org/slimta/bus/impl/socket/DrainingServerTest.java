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

/** What a server that is closing, or ends an idle connection, tells its clients. */
@Timeout(60)
class DrainingServerTest extends ServerOverFakes {

    @Test
    void aClosingServerSaysSoAtOnceAndAgainWhenAllIsAnswered() throws Exception {
        open(options -> options.drainTimeout(PLENTY));
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive(RawPeer.requests(2, "b"));
        ServerTransaction<String, String> first = receive();
        Thread closing = closing();
        assertEquals(List.of(DRAIN), sent(client, 1));
        client.arrive(RawPeer.requests(3, "c"));
        receives("b");
        assertEquals(List.of(RawPeer.responses(2, "to b")), sent(client, 1));
        assertFalse(client.isFinished());
        first.sendResponse(List.of("yes"));
        assertEquals(List.of(RawPeer.responses(1, "yes"), DRAIN), sent(client, 2));
        await("it has said all", client::isFinished);
        assertTrue(client.isOpen(), "it has to close its end first");
        client.hangUp();
        ends(closing);
    }

    @Test
    void aRequestThatFoundNoRoomIsGivenBackByAClosingServer() throws Exception {
        open(options -> options.drainTimeout(PLENTY).queueSize(1));
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive(RawPeer.requests(2, "b"));
        Thread closing = closing();
        assertEquals(List.of(DRAIN), sent(client, 1));
        receives("a");
        assertEquals(List.of(RawPeer.responses(1, "to a"), DRAIN), sent(client, 2));
        client.hangUp();
        ends(closing);
    }

    @Test
    void aRequestThatWaitsForItsClientIsGivenBackByAClosingServer() throws Exception {
        open(options -> options.drainTimeout(PLENTY));
        client.setTaking(false);
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive(RawPeer.requests(2, "b"));
        receive().sendResponse(List.of(LARGE));
        nothingIsReceived();
        Thread closing = closing();
        await("nothing waits", () -> server.inbox().unsettledCount() == 0);
        client.setTaking(true);
        await("it has said all", client::isFinished);
        List<String> sent = client.takeSent();
        assertEquals(3, sent.size());
        assertEquals(List.of(DRAIN, DRAIN), sent.subList(1, 3));
        client.hangUp();
        ends(closing);
    }

    @Test
    void aClosingServerWaitsAMomentForTheFirstRequestOfANewConnection() throws Exception {
        open(options -> options);
        Thread closing = closing();
        await("it closes", server::isClosed);
        await("it waits", () -> timer.pendingAfter(Duration.ofMillis(900)) > 0);
        timer.advance(Duration.ofMillis(900));
        assertFalse(client.isFinished());
        client.arrive(RawPeer.requests(1, "a"));
        assertEquals(List.of(DRAIN, DRAIN), sent(client, 2));
        await("it has said all", client::isFinished);
        client.hangUp();
        ends(closing);
    }

    @Test
    void aNewConnectionThatBringsNothingIsEndedByAClosingServerWithoutAWord() throws Exception {
        open(options -> options);
        Thread closing = closing();
        await("it closes", server::isClosed);
        await("it is ended", () -> {
            timer.advance(Duration.ofMillis(100));
            return client.isFinished();
        });
        assertEquals(List.of(), client.takeSent());
        client.hangUp();
        ends(closing);
    }

    @Test
    void aDrainedConnectionIsClosedIfItsClientDoesNotCloseIt() throws Exception {
        open(options -> options.idleTimeout(Duration.ofSeconds(10)));
        client.arrive(RawPeer.requests(1, "a"));
        receives("a");
        await("it is drained", () -> {
            timer.advance(Duration.ofMillis(250));
            return client.isFinished();
        });
        client.arrive(RawPeer.requests(2, "b"));
        nothingIsReceived();
        for (int i = 0; i < 13; i++) {
            timer.advance(Duration.ofMillis(250));
        }
        assertFalse(client.isOpen());
    }
}
