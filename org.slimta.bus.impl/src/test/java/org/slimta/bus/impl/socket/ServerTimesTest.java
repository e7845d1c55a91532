package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;
import org.slimta.bus.impl.transport.PauseReason;

/** What a server does when its times are over, on connections without sockets and with time that the test moves. */
@Timeout(60)
class ServerTimesTest {

    private static final String DRAIN = "<control drain=\"true\"/>";

    private final ManualTimer timer = new ManualTimer();
    private final FakeTransport transport = new FakeTransport(timer::now);
    private final SocketEnds ends = SocketEnds.over(transport, timer);
    private SocketServer<String, String> server;
    private FakeConnection client;

    private void open(UnaryOperator<ServerOptions.Builder> change) throws Exception {
        ServerOptions options = change.apply(ServerOptions.builder().drainTimeout(Duration.ZERO))
                .build();
        server = ends.server(String.class, options);
        client = transport.accept();
    }

    @AfterEach
    void close() {
        client.hangUp();
        server.close();
        ends.close();
    }

    private ServerTransaction<String, String> receive() throws Exception {
        return server.recvRequest(Duration.ofSeconds(10));
    }

    private void answer() throws Exception {
        receive().sendResponse(List.of("yes"));
    }

    /** In steps in which whatever is looked at is looked at. */
    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 250) {
            timer.advance(Duration.ofMillis(Math.min(left, 250)));
        }
    }

    @Test
    void aKeptConnectionThatIsIdleIsDrainedAndThenClosed() throws Exception {
        open(options -> options.idleTimeout(Duration.ofSeconds(30)));
        client.arrive(RawPeer.requests(1, "a"));
        answer();
        assertEquals(List.of(RawPeer.responses(1, "yes")), client.takeSent());
        pass(Duration.ofSeconds(29));
        assertEquals(List.of(), client.takeSent());
        pass(Duration.ofSeconds(3));
        assertEquals(List.of(DRAIN, DRAIN), client.takeSent());
        assertTrue(client.isFinished());
        assertTrue(client.isOpen(), "it has to close its end first");
        pass(Duration.ofSeconds(3));
        assertFalse(client.isOpen());
    }

    @Test
    void aConnectionWithAnUnansweredRequestIsNotIdle() throws Exception {
        open(options -> options.idleTimeout(Duration.ofSeconds(30)));
        client.arrive(RawPeer.requests(1, "a"));
        pass(Duration.ofSeconds(100));
        assertEquals(List.of(), client.takeSent());
        answer();
        assertEquals(List.of(RawPeer.responses(1, "yes")), client.takeSent());
    }

    @Test
    void aConnectionThatBringsNothingIsClosed() throws Exception {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        pass(Duration.ofSeconds(5));
        assertTrue(client.isOpen());
        pass(Duration.ofSeconds(2));
        assertFalse(client.isOpen());
        assertEquals(1, server.meter().failures(Reason.TIMEOUT));
        assertEquals(List.of(), client.takeSent(), "what cannot be told is not");
    }

    @Test
    void aFrameThatStandsStillEndsTheConnectionWhenWhatCameBeforeIsAnswered() throws Exception {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        client.arrive(RawPeer.requests(1, "a"));
        client.arrivePartly();
        pass(Duration.ofSeconds(7));
        assertEquals(1, server.meter().failures(Reason.TIMEOUT));
        assertTrue(client.isOpen());
        answer();
        List<String> sent = client.takeSent();
        assertEquals(RawPeer.responses(1, "yes"), sent.get(0));
        assertTrue(client.isFinished());
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeFailsAloneAndLaterAnswersAreRefused() throws Exception {
        open(options -> options.processingTimeout(Duration.ofSeconds(20)));
        client.arrive(RawPeer.requests(1, "a"));
        ServerTransaction<String, String> slow = receive();
        pass(Duration.ofSeconds(19));
        client.arrive(RawPeer.requests(2, "b"));
        pass(Duration.ofSeconds(3));
        List<String> sent = client.takeSent();
        assertEquals(1, sent.size());
        assertTrue(sent.get(0).startsWith("<responses tx=\"1\" error=\"timeout\">"), sent.get(0));
        assertTrue(sent.get(0).contains("processingTimeout"), sent.get(0));
        BusException late = assertThrows(BusException.class, () -> slow.sendResponse(List.of("late")));
        assertEquals(Reason.TIMEOUT, late.reason());
        answer();
        assertEquals(List.of(RawPeer.responses(2, "yes")), client.takeSent());
    }

    @Test
    void aClientThatDoesNotTakeItsResponsesIsClosed() throws Exception {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        client.arrive(RawPeer.requests(1, "a"));
        client.setTaking(false);
        answer();
        pass(Duration.ofSeconds(5));
        assertTrue(client.isOpen());
        pass(Duration.ofSeconds(2));
        assertFalse(client.isOpen());
        assertEquals(1, server.meter().failures(Reason.TIMEOUT));
    }

    @Test
    void aConnectionIsNotReadWhileTheQueueIsFull() throws Exception {
        open(options -> options.queueSize(1));
        client.arrive(RawPeer.requests(1, "a"));
        assertFalse(client.isPaused());
        client.arrive(RawPeer.requests(2, "b"));
        assertEquals(Set.of(PauseReason.QUEUE_FULL), client.pauseReasons());
        answer();
        assertFalse(client.isPaused());
        answer();
        assertEquals(List.of(RawPeer.responses(1, "yes"), RawPeer.responses(2, "yes")), client.takeSent());
    }

    @Test
    void aConnectionIsNotReadWhileManyOfItsRequestsAreUnanswered() throws Exception {
        open(options -> options.maxInFlightPerConnection(2));
        client.arrive(RawPeer.requests(1, "a"));
        client.arrive(RawPeer.requests(2, "b"));
        assertEquals(Set.of(PauseReason.IN_FLIGHT), client.pauseReasons());
        answer();
        assertFalse(client.isPaused());
    }

    @Test
    void anExpiredRequestIsNotProcessed() throws Exception {
        open(options -> options);
        client.arrive("<requests tx=\"1\" ttl=\"1000\"><text>a</text></requests>");
        client.arrive("<requests tx=\"2\" ttl=\"9000\"><text>b</text></requests>");
        pass(Duration.ofSeconds(2));
        assertEquals(List.of("b"), receive().requests());
        List<String> sent = client.takeSent();
        assertEquals(1, sent.size());
        assertTrue(sent.get(0).startsWith("<responses tx=\"1\" error=\"expired\">"), sent.get(0));
    }
}
