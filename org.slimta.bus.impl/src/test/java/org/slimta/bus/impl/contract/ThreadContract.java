package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;

/** Servers, clients and transactions may be used from any thread; lists are copied. */
public interface ThreadContract extends ContractFixture {

    @Test
    default void anyThreadMaySendReceiveAndAnswer() throws Exception {
        int senders = 8;
        int each = 100;
        Map<String, Integer> received = new ConcurrentHashMap<>();
        for (int i = 0; i < 3; i++) {
            threads().submit(() -> {
                while (true) {
                    ServerTransaction<String, String> transaction =
                            bus().server().recvRequest();
                    transaction.requests().forEach(request -> received.merge(request, 1, Integer::sum));
                    threads().submit(() -> {
                        transaction.sendResponse(transaction.requests().stream()
                                .map("re: "::concat)
                                .toList());
                        return null;
                    });
                }
            });
        }
        List<Future<?>> done = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            String sender = "sender " + s + " request ";
            done.add(threads().submit(() -> {
                for (int i = 0; i < each; i++) {
                    ClientTransaction<String> sent = bus().client().sendRequest(List.of(sender + i));
                    assertEquals(
                            List.of("re: " + sender + i),
                            threads().submit(sent::recvResponse).get(20, TimeUnit.SECONDS));
                }
                return null;
            }));
        }
        for (Future<?> sender : done) {
            sender.get(50, TimeUnit.SECONDS);
        }
        assertEquals(senders * each, received.size());
        assertTrue(received.values().stream().allMatch(times -> times == 1), "none is handled twice");
    }

    @Test
    default void thePeerIsNamed() throws Exception {
        assertNotNull(send("a").peer().name());
    }

    @Test
    default void requestsAndResponsesAreCopiedAsListsWithoutNulls() throws Exception {
        List<String> requests = new ArrayList<>(List.of("a"));
        ClientTransaction<String> sent = bus().client().sendRequest(requests);
        requests.set(0, "changed");
        ServerTransaction<String, String> received = bus().server().recvRequest();
        assertEquals(List.of("a"), received.requests());
        List<String> nulls = new ArrayList<>();
        nulls.add(null);
        assertThrows(NullPointerException.class, () -> bus().client().sendRequest(nulls));
        assertThrows(NullPointerException.class, () -> received.sendResponse(nulls));
        received.sendResponse(List.of("1"));
        assertThrows(
                UnsupportedOperationException.class, () -> sent.recvResponse().add("2"));
    }
}
