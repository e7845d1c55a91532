package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.bring;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.net.InetSocketAddress;
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
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.RequestSource;

/** A source whose methods throw harms its own request alone, and neither the server nor its other clients. */
@Timeout(60)
class BrokenSourceTest {

    private static final Duration PLENTY = Duration.ofSeconds(20);

    private final CarrierEnds ends = new CarrierEnds();
    private final TestSource broken = new TestSource();
    private CarrierServer<String, String> server;

    private void open(UnaryOperator<ServerOptions.Builder> change) {
        server = ends.server(change);
    }

    @AfterEach
    void close() {
        server.close();
        ends.close();
    }

    private FrameReceiver bringBroken(String xml) {
        return bring(server, broken, FrameDocuments.frame(xml));
    }

    private void nothingIsHeld() {
        assertEquals(0, report(server).heldBytes);
        assertEquals(0, report(server).inFlight);
    }

    private void othersAreAnswered() throws Exception {
        TestSource other = bring(server, RawPeer.requests(9, "other"));
        ServerTransaction<String, String> transaction = server.recvRequest(PLENTY);
        assertEquals(List.of("other"), transaction.requests());
        transaction.sendResponse(List.of("yes"));
        assertEquals(List.of(RawPeer.responses(9, "yes")), other.replies());
        nothingIsHeld();
    }

    @Test
    void aSourceThatThrowsWhenItIsAskedWhetherItIsGoneIsThere() throws Exception {
        open(options -> options);
        broken.breakDown();
        bringBroken(RawPeer.requests(1, "a"));
        assertEquals(List.of("a"), server.recvRequest(PLENTY).requests());
        server.close();
        nothingIsHeld();
    }

    @Test
    void aResponseThatASourceDoesNotTakeIsTheEndOfItsRequest() throws Exception {
        open(options -> options);
        bringBroken(RawPeer.requests(1, "a"));
        ServerTransaction<String, String> transaction = server.recvRequest(PLENTY);
        broken.breakDown();
        transaction.sendResponse(List.of("yes"));
        nothingIsHeld();
        assertThrows(IllegalStateException.class, () -> transaction.sendResponse(List.of("again")));
        othersAreAnswered();
    }

    @Test
    void aFailureThatASourceDoesNotTakeIsTheEndOfItsRequest() throws Exception {
        open(options -> options.queueSize(1));
        TestSource first = bring(server, RawPeer.requests(1, "a"));
        broken.breakDown();
        bringBroken(RawPeer.requests(2, "b"));
        server.recvRequest(PLENTY).sendResponse(List.of("yes"));
        assertEquals(1, first.replies().size());
        assertEquals(Map.of("OVERLOADED", 1L), report(server).failed);
        othersAreAnswered();
    }

    @Test
    void aFrameOverALimitIsCountedThoughItsSourceDoesNotTakeTheFailure() throws Exception {
        open(options -> options.limits(FrameLimits.builder().maxXmlSize(200).build()));
        broken.breakDown();
        bringBroken(RawPeer.requests(1, "a".repeat(500)));
        assertEquals(Map.of("TOO_LARGE", 1L), report(server).failed);
        othersAreAnswered();
    }

    @Test
    void aFrameThatIsTooLateIsCountedThoughItsSourceDoesNotTakeTheFailure() throws Exception {
        open(options -> options.frameTimeout(Duration.ofSeconds(5)));
        byte[] frame = FrameDocuments.frame(RawPeer.requests(1, "a"));
        bring(server, broken, Arrays.copyOf(frame, frame.length - 15));
        broken.breakDown();
        TestSource other = new TestSource();
        bring(server, other, Arrays.copyOf(frame, frame.length - 15));
        ends.pass(Duration.ofSeconds(7));
        assertEquals(Map.of("TIMEOUT", 2L), report(server).failed);
        assertEquals(1, other.replies().size());
        othersAreAnswered();
    }

    @Test
    void aSourceThatThrowsWhenItsRequestIsGivenBackDoesNotKeepTheServerFromClosing() {
        open(options -> options);
        byte[] frame = FrameDocuments.frame(RawPeer.requests(1, "a"));
        bringBroken(RawPeer.requests(1, "a"));
        bring(server, broken, Arrays.copyOf(frame, frame.length - 15));
        TestSource waiting = bring(server, RawPeer.requests(2, "b"));
        TestSource arriving = new TestSource();
        bring(server, arriving, Arrays.copyOf(frame, frame.length - 15));
        broken.breakDown();
        server.close();
        assertEquals(1, waiting.returned());
        assertEquals(1, arriving.returned());
        nothingIsHeld();
    }

    @Test
    void aSourceThatThrowsWhenItsRequestIsGivenBackAfterTheEndDoesNotDisturb() {
        open(options -> options);
        server.close();
        broken.breakDown();
        assertTrue(bringBroken(RawPeer.requests(1, "a")).receive(ByteBuffer.allocate(0)));
        nothingIsHeld();
    }

    @Test
    void aSourceWithoutAPeerIsRefusedBeforeAnythingArrives() throws Exception {
        open(options -> options);
        RequestSource anonymous = new RequestSource() {

            @Override
            public Peer peer() {
                return null;
            }

            @Override
            public void reply(FrameBytes reply) {}

            @Override
            public void giveBack() {}
        };
        assertThrows(NullPointerException.class, () -> server.newRequest(anonymous));
        othersAreAnswered();
    }

    @Test
    void aRequestThatIsTooLateEndsThoughItsSourceDoesNotTakeTheFailure() throws Exception {
        open(options -> options.processingTimeout(Duration.ofSeconds(5)));
        bringBroken(RawPeer.requests(1, "a"));
        ServerTransaction<String, String> slow = server.recvRequest(PLENTY);
        broken.breakDown();
        ends.pass(Duration.ofSeconds(7));
        BusException late = assertThrows(BusException.class, () -> slow.sendResponse(List.of("late")));
        assertEquals(Reason.TIMEOUT, late.reason());
        othersAreAnswered();
    }

    /** A peer whose connection is torn down, for example. */
    private static final class ForgetfulPeer implements RequestSource, Peer {

        private volatile boolean forgets;

        @Override
        public Peer peer() {
            return this;
        }

        @Override
        public String name() {
            if (forgets) {
                throw new IllegalStateException("it has no name any more");
            }
            return "forgetful";
        }

        @Override
        public InetSocketAddress address() {
            name();
            return null;
        }

        @Override
        public PeerIdentity identity() {
            name();
            return null;
        }

        @Override
        public void reply(FrameBytes reply) {}

        @Override
        public void giveBack() {}
    }

    @Test
    void aPeerThatLosesItsNameKeepsNoServerFromClosingAndNoRequestFromEnding() throws Exception {
        open(options -> options);
        ForgetfulPeer arriving = new ForgetfulPeer();
        ForgetfulPeer waiting = new ForgetfulPeer();
        byte[] frame = FrameDocuments.frame(RawPeer.requests(1, "a"));
        bring(server, waiting, frame);
        bring(server, arriving, Arrays.copyOf(frame, frame.length - 1));
        arriving.forgets = true;
        waiting.forgets = true;
        ServerTransaction<String, String> received = server.recvRequest(PLENTY);
        assertEquals("forgetful", received.peer().name());
        assertNull(received.peer().identity());
        received.sendResponse(List.of("yes"));
        assertEquals(0, report(server).inFlight);
        server.close();
        nothingIsHeld();
        assertTrue(server.isClosed());
    }
}
