package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;

/** A carrier whose methods throw fails single transactions, and its client goes on. */
@Timeout(60)
class BrokenCarrierTest {

    private final CarrierEnds ends = new CarrierEnds();
    private final TestCarrier carrier = new TestCarrier();
    private final CarrierClient<String, String> client = ends.client(carrier, options -> options.maxInFlight(1));

    @AfterEach
    void close() {
        client.close();
        ends.close();
    }

    private ClientTransaction<String> send(String text) throws Exception {
        return client.sendRequest(List.of(text));
    }

    private void answer() {
        byte[] frame = FrameDocuments.frame(RawPeer.responses(carrier.last().number(), "yes"));
        carrier.last().response().receive(ByteBuffer.wrap(frame));
    }

    @Test
    void aRequestThatIsNotTakenFailsAndTheNextOneIsSent() throws Exception {
        carrier.breakDown(TestCarrier.Method.SEND);
        ClientTransaction<String> failed = send("a");
        BusException failure = assertThrows(BusException.class, failed::recvResponse);
        assertEquals(Reason.CLOSED, failure.reason());
        assertTrue(failure.getMessage().contains("the carrier is broken"), failure.getMessage());
        assertEquals(carrier.sent(), carrier.ended());
        carrier.breakDown(null);
        ClientTransaction<String> next = send("b");
        answer();
        assertEquals(List.of("yes"), next.recvResponse());
    }

    @Test
    void aRequestThatWasTakenBeforeSendThrowsKeepsItsResponse() throws Exception {
        carrier.onSend(request -> {
            answer();
            throw new IllegalStateException("too late");
        });
        assertEquals(List.of("yes"), send("a").recvResponse());
        assertEquals(carrier.sent(), carrier.ended());
    }

    @Test
    void aCarrierThatThrowsWhenARequestEndsDoesNotHoldItsPermit() throws Exception {
        carrier.breakDown(TestCarrier.Method.ENDED);
        for (int i = 0; i < 3; i++) {
            ClientTransaction<String> transaction = send("a");
            answer();
            assertEquals(List.of("yes"), transaction.recvResponse());
        }
        assertEquals(carrier.sent(), carrier.ended());
        assertEquals(0, report(client).heldBytes);
    }

    @Test
    void aCarrierThatDoesNotTellItsPeersHasNone() {
        carrier.breakDown(TestCarrier.Method.PEER_COUNT);
        assertEquals(0, report(client).peers);
        assertEquals("test:relay", report(client).address);
    }

    @Test
    void aCarrierThatThrowsWhenItIsClosedDoesNotKeepItsClientFromClosing() throws Exception {
        ClientTransaction<String> transaction = send("a");
        carrier.breakDown(TestCarrier.Method.CLOSE);
        client.close();
        client.close();
        assertEquals(1, carrier.closed());
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, transaction::recvResponse).reason());
        assertEquals(0, report(client).heldBytes);
    }
}
