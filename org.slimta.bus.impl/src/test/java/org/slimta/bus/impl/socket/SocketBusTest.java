package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;

/** What a bus over sockets does beside the contract of every bus. */
@Timeout(60)
class SocketBusTest {

    @RegisterExtension
    final SocketBuses buses = new SocketBuses();

    @Test
    void objectsAreCopied() throws Exception {
        BusServer<String, String> server = buses.server(ServerOptions.defaults());
        String request = "a long enough string";
        buses.client(server.address().getPort(), ClientOptions.defaults()).sendRequest(List.of(request));
        String received = server.recvRequest().requests().get(0);
        assertEquals(request, received);
        assertNotSame(request, received);
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeFails() throws Exception {
        BusServer<String, String> server = buses.server(ServerOptions.builder()
                .processingTimeout(Duration.ofMillis(200))
                .build());
        ClientTransaction<String> sent = buses.client(server.address().getPort(), ClientOptions.defaults())
                .sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        assertEquals(Reason.TIMEOUT, failureOf(sent).reason());
        BusException late = assertThrows(BusException.class, () -> received.sendResponse(List.of("b")));
        assertEquals(Reason.TIMEOUT, late.reason());
        assertTrue(late.getMessage().endsWith("no response within 200 ms (processingTimeout)"), late.getMessage());
    }

    @Test
    void anInterruptedSendKeepsNoRoom() throws Exception {
        BusServer<String, String> server = buses.server(ServerOptions.defaults());
        BusClient<String, String> client = buses.client(
                server.address().getPort(),
                ClientOptions.builder().maxInFlight(1).build());
        for (int i = 0; i < 10; i++) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> client.sendRequest(List.of("interrupted")));
        }
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        server.recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), sent.recvResponse());
    }

    @Test
    void transactionsBeyondMaxInFlightWaitAndAreRefused() throws Exception {
        BusServer<String, String> server = buses.server(
                ServerOptions.builder().drainTimeout(Duration.ofMillis(100)).build());
        BusClient<String, String> client = buses.client(
                server.address().getPort(),
                ClientOptions.builder()
                        .maxInFlight(1)
                        .sendTimeout(Duration.ofMillis(100))
                        .build());
        ClientTransaction<String> first = client.sendRequest(List.of("1"));
        BusException refused = failureOf(client.sendRequest(List.of("2")));
        assertEquals(Reason.OVERLOADED, refused.reason());
        assertTrue(refused.getMessage().contains("1 transactions are in flight (maxInFlight)"), refused.getMessage());
        server.recvRequest().sendResponse(List.of("a"));
        assertEquals(List.of("a"), first.recvResponse());
        client.sendRequest(List.of("3"));
        assertEquals(List.of("3"), server.recvRequest().requests());
    }

    @Test
    void aFullQueueStopsReadingAndLosesNothing() throws Exception {
        BusServer<String, String> server =
                buses.server(ServerOptions.builder().queueSize(1).build());
        BusClient<String, String> client = buses.client(server.address().getPort(), ClientOptions.defaults());
        List<ClientTransaction<String>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(client.sendRequest(List.of("request " + i)));
        }
        for (int i = 0; i < 50; i++) {
            ServerTransaction<String, String> received = server.recvRequest();
            received.sendResponse(received.requests());
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(List.of("request " + i), sent.get(i).recvResponse());
        }
    }
}
