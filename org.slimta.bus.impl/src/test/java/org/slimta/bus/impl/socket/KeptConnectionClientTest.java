package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.RawPeer;

/** Part B of the wire page, sentence by sentence, for a client; its server is a raw socket. */
class KeptConnectionClientTest extends KeptConnectionFixture {

    private BusClient<String, String> newClient(ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", listener.getLocalPort(), String.class, String.class, options.build());
    }

    private RawPeer accept() throws Exception {
        return new RawPeer(listener.accept());
    }

    @Test
    void theClientSharesAConnectionOnlyAfterItWasProven() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder());
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        ClientTransaction<String> second = client.sendRequest(List.of("b"));
        try (RawPeer one = accept();
                RawPeer two = accept()) {
            long tx = RawPeer.tx(one.receive());
            assertTrue(two.receive().contains("<text>b</text>"), "until then others go over connections of their own");
            one.send(RawPeer.responses(tx, "1"));
            assertEquals(List.of("1"), first.recvResponse());
            ClientTransaction<String> third = client.sendRequest(List.of("c"));
            ClientTransaction<String> fourth = client.sendRequest(List.of("d"));
            String c = one.receive();
            String d = one.receive();
            assertTrue(c.endsWith("<text>c</text></requests>") && d.endsWith("<text>d</text></requests>"), c + d);
            one.send(RawPeer.responses(RawPeer.tx(d), "4"), RawPeer.responses(RawPeer.tx(c), "3"));
            assertEquals(List.of("3"), third.recvResponse());
            assertEquals(List.of("4"), fourth.recvResponse());
            two.hangUp();
            assertEquals(Reason.CLOSED, failureOf(second).reason());
        }
    }

    @Test
    void aPeerOfPartAHasAConnectionForEachTransaction() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder());
        for (int i = 0; i < 5; i++) {
            ClientTransaction<String> sent = client.sendRequest(List.of("a"));
            try (RawPeer lua = accept()) {
                lua.receive();
                lua.send("<responses><text>" + i + "</text></responses>");
                assertEquals(List.of("" + i), sent.recvResponse());
                assertNull(lua.receive(), "the client closes, and sends nothing more");
            }
        }
    }

    @Test
    void aFailureIsReportedWithItsReason() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().name("edge"));
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send("<responses tx=\"" + RawPeer.tx(peer.receive())
                    + "\" error=\"too-large\">far too large</responses>");
            BusException failure = failureOf(sent);
            assertEquals(Reason.TOO_LARGE, failure.reason());
            assertEquals(
                    "bus edge, peer 127.0.0.1:" + listener.getLocalPort() + ": far too large", failure.getMessage());
            sent = client.sendRequest(List.of("b"));
            peer.send("<responses tx=\"" + RawPeer.tx(peer.receive()) + "\" error=\"no-such\">what</responses>");
            assertEquals(Reason.MALFORMED, failureOf(sent).reason());
        }
    }

    @Test
    void aRequestThatTheServerHasNotReadIsSentAgainAndOneThatItMayHaveReadIsNot() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().poolSize(1));
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            first.recvResponse();
            ClientTransaction<String> unread = client.sendRequest(List.of("unread"));
            peer.receive();
            peer.send(DRAIN, DRAIN);
            try (RawPeer next = accept()) {
                String again = next.receive();
                assertTrue(again.endsWith("<text>unread</text></requests>"), again);
                next.send(RawPeer.responses(RawPeer.tx(again), "2"));
                assertEquals(List.of("2"), unread.recvResponse());
                ClientTransaction<String> perhapsRead = client.sendRequest(List.of("perhaps read"));
                next.receive();
                next.send(DRAIN);
                next.hangUp();
                assertEquals(Reason.CLOSED, failureOf(perhapsRead).reason());
            }
        }
    }

    @Test
    void aServerThatIsSilentIsPingedAndGivenUp() throws Exception {
        BusClient<String, String> client =
                newClient(ClientOptions.builder().poolSize(1).pingInterval(Duration.ofMillis(200)));
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            first.recvResponse();
            ClientTransaction<String> slow = client.sendRequest(List.of("slow"));
            String request = peer.receive();
            for (int i = 0; i < 3; i++) {
                String ping = peer.receive();
                assertTrue(ping.startsWith("<control ping=\""), ping);
                peer.send(ping.replace("ping", "pong"));
            }
            peer.send(RawPeer.responses(RawPeer.tx(request), "2"));
            assertEquals(List.of("2"), slow.recvResponse(), "a server that answers pings may take its time");
            ClientTransaction<String> lost = client.sendRequest(List.of("lost"));
            BusException failure = failureOf(lost);
            assertEquals(Reason.CLOSED, failure.reason());
            assertTrue(failure.getMessage().contains("pingInterval 200 ms"), failure.getMessage());
            ClientTransaction<String> next = client.sendRequest(List.of("next"));
            try (RawPeer other = accept()) {
                other.send(RawPeer.responses(RawPeer.tx(other.receive()), "3"));
                assertEquals(List.of("3"), next.recvResponse());
            }
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().idleTimeout(Duration.ofMillis(200)));
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (RawPeer peer = accept()) {
            peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
            sent.recvResponse();
            assertNull(peer.receive());
        }
    }

    @Test
    void largeTransactionsHaveAConnectionForThemselves() throws Exception {
        BusClient<Attachment, String> client = factory.newClient(
                "127.0.0.1", listener.getLocalPort(), Attachment.class, String.class, ClientOptions.defaults());
        ClientTransaction<String> small = client.sendRequest(List.of(Attachment.of(new byte[10])));
        try (RawPeer shared = accept()) {
            shared.send(RawPeer.responses(RawPeer.tx(shared.receive()), "1"));
            small.recvResponse();
            for (int i = 0; i < 3; i++) {
                ClientTransaction<String> large = client.sendRequest(List.of(Attachment.of(new byte[300_000])));
                ClientTransaction<String> beside = client.sendRequest(List.of(Attachment.of(new byte[10])));
                if (i == 0) {
                    own = accept();
                }
                String requests = own.receive();
                shared.send(RawPeer.responses(RawPeer.tx(shared.receive()), "2"));
                assertEquals(List.of("2"), beside.recvResponse());
                own.send(RawPeer.responses(RawPeer.tx(requests), "3"));
                assertEquals(List.of("3"), large.recvResponse());
            }
        } finally {
            own.close();
        }
    }

    private RawPeer own;

    @Test
    void noMoreConnectionsAreKeptThanThePoolHasPlaces() throws Exception {
        BusClient<String, String> client = newClient(ClientOptions.builder().poolSize(2));
        List<ClientTransaction<String>> sent = new ArrayList<>();
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(client.sendRequest(List.of("a")));
            peers.add(accept());
        }
        Set<String> open = new TreeSet<>();
        for (int i = 0; i < 5; i++) {
            peers.get(i).send(RawPeer.responses(RawPeer.tx(peers.get(i).receive()), "1"));
            sent.get(i).recvResponse();
            if (i > 1) {
                assertNull(peers.get(i).receive());
            } else {
                open.add("peer " + i);
            }
        }
        assertEquals(2, open.size());
        for (RawPeer peer : peers) {
            peer.close();
        }
    }
}
