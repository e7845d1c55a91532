package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;

/** Each request has one response, in the same order. A wrong number is refused to the sender of the responses. */
public interface ResponseContract extends ContractFixture {

    @Test
    default void eachRequestHasOneResponseInTheSameOrder() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a", "b", "c"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertEquals(List.of("a", "b", "c"), received.requests());
        received.sendResponse(List.of("1", "2", "3"));
        assertEquals(List.of("1", "2", "3"), sent.recvResponse());
    }

    @Test
    default void aTransactionWithoutRequestsHasNoResponses() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of());
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertEquals(List.of(), received.requests());
        received.sendResponse(List.of());
        assertEquals(List.of(), sent.recvResponse());
    }

    @Test
    default void aWrongNumberOfResponsesIsRefusedAndTheTransactionStaysOpen() throws Exception {
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a", "b"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        for (List<String> wrong : List.of(List.<String>of(), List.of("1"), List.of("1", "2", "3"))) {
            BusException refused = assertThrows(BusException.class, () -> received.sendResponse(wrong));
            assertEquals(Reason.MISMATCH, refused.reason());
        }
        received.sendResponse(List.of("1", "2"));
        assertEquals(List.of("1", "2"), sent.recvResponse());
    }
}
