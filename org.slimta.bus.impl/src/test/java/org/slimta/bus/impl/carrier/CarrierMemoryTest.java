package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;

/** What arrives over carriers is bounded by memoryLimit, in all and for each frame. */
@Timeout(60)
class CarrierMemoryTest {

    private static final int KIB = 1 << 10;
    private static final long LIMIT = 1 << 20;

    private final CarrierEnds ends = new CarrierEnds();

    @AfterEach
    void close() {
        ends.close();
    }

    /** A frame with an attachment of so many bytes. */
    private static byte[] large(String xml, int bytes) {
        return FrameDocuments.frame(xml, new byte[bytes]);
    }

    private static ByteBuffer allButTheLast(byte[] frame) {
        return ByteBuffer.wrap(frame, 0, frame.length - 1);
    }

    @Test
    void responsesThatArriveHoldAtMostTwiceTheLimitTogether() throws Exception {
        TestCarrier carrier = new TestCarrier();
        CarrierClient<String, String> client = ends.client(carrier, options -> options.memoryLimit(LIMIT));
        List<ClientTransaction<String>> all = new ArrayList<>();
        long most = 0;
        for (int i = 0; i < 8; i++) {
            all.add(client.sendRequest(List.of("a")));
        }
        for (OutboundRequest request : carrier.sent()) {
            byte[] frame = large(RawPeer.responses(request.number(), "yes"), 600 * KIB);
            request.response().receive(allButTheLast(frame));
            most = Math.max(most, report(client).heldBytes);
        }
        assertTrue(most <= 2 * LIMIT + 700 * KIB, most + " bytes");
        BusException failure = assertThrows(BusException.class, all.get(7)::recvResponse);
        assertEquals(Reason.CLOSED, failure.reason(), "it may have been processed");
        assertTrue(failure.getMessage().contains("memoryLimit"), failure.getMessage());
        client.close();
        assertEquals(0, report(client).heldBytes);
    }

    @Test
    void aFrameThatIsNearlyAsLargeAsTheLimitArrivesInPiecesIfItIsAlone() throws Exception {
        CarrierServer<String, String> server = ends.server(options -> options.memoryLimit(LIMIT));
        byte[] frame = large(RawPeer.requests(1, "a"), 950 * KIB);
        TestSource source = new TestSource();
        FrameReceiver receiver = server.newRequest(source);
        for (int at = 0; at < frame.length; at += 64 * KIB) {
            receiver.receive(ByteBuffer.wrap(frame, at, Math.min(64 * KIB, frame.length - at)));
        }
        assertEquals(List.of(), source.replies());
        assertEquals(1, report(server).queued);
        server.close();
    }

    @Test
    void aSecondLargeFrameIsRefusedWhileTheFirstIsHeld() {
        CarrierServer<String, String> server = ends.server(options -> options.memoryLimit(LIMIT));
        byte[] frame = large(RawPeer.requests(1, "a"), 600 * KIB);
        server.newRequest(new TestSource()).receive(allButTheLast(frame));
        TestSource second = new TestSource();
        assertTrue(server.newRequest(second).receive(allButTheLast(frame)));
        assertTrue(
                second.replies().get(0).contains("error=\"overloaded\""),
                second.replies().toString());
        TestSource small = CarrierEnds.bring(server, RawPeer.requests(2, "b"));
        assertEquals(List.of(), small.replies());
        server.close();
        assertEquals(0, report(server).heldBytes);
        assertEquals(1L, report(server).failed.get("OVERLOADED"));
    }

    @Test
    void theTimeOfAFrameIsNotTheTimeOfAnother() {
        CarrierServer<String, String> server = ends.server(options -> options.frameTimeout(Duration.ofSeconds(5)));
        TestSource first = new TestSource();
        byte[] frame = FrameDocuments.frame(RawPeer.requests(1, "a"));
        server.newRequest(first).receive(allButTheLast(frame));
        ends.pass(Duration.ofSeconds(4));
        TestSource second = new TestSource();
        server.newRequest(second).receive(allButTheLast(frame));
        ends.pass(Duration.ofSeconds(3));
        assertEquals(1, first.replies().size());
        assertEquals(0, second.replies().size());
        server.close();
    }
}
