package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A client that takes nothing is not read, and is read again when it does; the server tells why. */
@Timeout(60)
class BackpressureTest {

    private static final int MEMORY_LIMIT = 64 << 20;

    private final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    private SocketServer<String, String> server;

    @AfterEach
    void close() {
        factory.close();
    }

    private RawPeer open(ServerOptions.Builder options) throws Exception {
        server = (SocketServer<String, String>)
                factory.newServer("127.0.0.1", 0, String.class, String.class, options.build());
        return new RawPeer(
                new Socket(server.address().getAddress(), server.address().getPort()));
    }

    private int notReadFor(String reason) {
        BusDTO bus = new BusDTO();
        server.report(bus);
        return bus.notRead.getOrDefault(reason, 0);
    }

    /** Its own memory is free again when it has taken all, but that of others is not: it goes on when they are done. */
    @Test
    void aClientThatHasReadAllResponsesIsReadAgainWhenThereIsMemory() throws Exception {
        try (RawPeer peer = open(ServerOptions.builder().memoryLimit(MEMORY_LIMIT))) {
            String large = "x".repeat(1 << 20);
            int sent = 0;
            int answered = 0;
            while (notReadFor("untaken-responses") == 0) {
                peer.send(RawPeer.requests(++sent, "a"), "<control ping=\"1\"/>");
                try {
                    server.recvRequest(Duration.ofMillis(100)).sendResponse(List.of(large));
                    answered++;
                } catch (BusException e) {
                    assertEquals(Reason.TIMEOUT, e.reason()); // It is not read any more.
                }
            }
            MemoryBudget.Account others = server.memory().newAccount();
            others.add(2 * MEMORY_LIMIT);
            for (int taken = 0; taken < answered; ) {
                taken += peer.receive().startsWith("<responses") ? 1 : 0;
            }
            assertEquals(1, notReadFor("untaken-responses"), "nobody else is to get more memory");
            others.close();
            Await.until("the connection is read again", () -> notReadFor("untaken-responses") == 0);
            peer.send(RawPeer.requests(sent + 1, "b"));
            List<String> received;
            do {
                received = server.recvRequest().requests();
            } while (!received.equals(List.of("b")));
        }
    }

    /** Nobody would come for them: those that can go elsewhere do, and the others are received. */
    @Test
    void requestsThatWaitForRoomDoNotHoldUpAServerThatCloses() throws Exception {
        try (RawPeer peer =
                        open(ServerOptions.builder().memoryLimit(MEMORY_LIMIT).drainTimeout(Duration.ofSeconds(50)));
                RawPeer plain = new RawPeer(new Socket(
                        server.address().getAddress(), server.address().getPort()))) {
            peer.send(RawPeer.requests(1, "a"));
            server.recvRequest().sendResponse(List.of("yes"));
            assertEquals(RawPeer.responses(1, "yes"), peer.receive());
            peer.send(RawPeer.requests(2, "b"));
            plain.send("<requests><text>c</text></requests>");
            Await.until("two requests wait", () -> server.inbox().size() == 2);
            server.memory().newAccount().add(2 * MEMORY_LIMIT);
            BusException none = assertThrows(BusException.class, () -> server.recvRequest(Duration.ZERO));
            assertEquals(Reason.TIMEOUT, none.reason());
            Thread closing = new Thread(server::close);
            closing.start();
            Await.until("one request waits", () -> server.inbox().size() == 1);
            ServerTransaction<String, String> received = server.recvRequest();
            assertEquals(List.of("c"), received.requests());
            received.sendResponse(List.of("yes"));
            assertEquals("<responses><text>yes</text></responses>", plain.receive());
            List<String> told = new ArrayList<>();
            for (String xml = peer.receive(); xml != null; xml = peer.receive()) {
                told.add(xml);
            }
            told.remove("<control pong=\"parked\"/>");
            assertEquals(Collections.nCopies(2, "<control drain=\"true\"/>"), told);
            closing.join();
        }
    }

    @Test
    void aClientIsNotReadWhileAsManyAsAllowedAreInFlight() throws Exception {
        try (RawPeer peer = open(ServerOptions.builder().maxInFlightPerConnection(3))) {
            for (int tx = 1; tx <= 5; tx++) {
                peer.send(RawPeer.requests(tx, "a"));
            }
            Await.until("the connection is not read", () -> notReadFor("in-flight") == 1);
            List<ServerTransaction<String, String>> received = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                received.add(server.recvRequest());
            }
            received.remove(0).sendResponse(List.of("yes"));
            received.add(server.recvRequest());
            Await.until("the connection is not read", () -> notReadFor("in-flight") == 1);
            for (ServerTransaction<String, String> each : received) {
                each.sendResponse(List.of("yes"));
            }
            server.recvRequest().sendResponse(List.of("yes"));
            Await.until("the connection is read again", () -> notReadFor("in-flight") == 0);
        }
    }

    @Test
    void aClientIsNotReadWhileTheQueueIsFull() throws Exception {
        try (RawPeer peer = open(ServerOptions.builder().queueSize(1))) {
            peer.send(RawPeer.requests(1, "a"), RawPeer.requests(2, "b"), RawPeer.requests(3, "c"));
            Await.until("the connection is not read", () -> notReadFor("queue-full") == 1);
            for (String text : List.of("a", "b", "c")) {
                assertEquals(List.of(text), server.recvRequest().requests());
            }
            Await.until("the connection is read again", () -> notReadFor("queue-full") == 0);
        }
    }

    /** It has one in flight, and may not have more. */
    @Test
    void aClientThatDoesNotNumberItsRequestsIsNotRead() throws Exception {
        try (RawPeer peer = open(ServerOptions.builder())) {
            peer.send("<requests><text>a</text></requests>");
            ServerTransaction<String, String> received = server.recvRequest();
            assertEquals(1, notReadFor("in-flight"));
            received.sendResponse(List.of("yes"));
            assertEquals("<responses><text>yes</text></responses>", peer.receive());
        }
    }
}
