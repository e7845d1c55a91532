package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.RawPeer;

/**
 * A Lua node fails for good when a connection ends in the middle of a frame, or without one. So when a client gives up a
 * request to a server that has not shown that it can bear that, the connection still brings a whole frame, and ends in
 * order.
 */
@EnabledOnOs(OS.LINUX)
class GivenUpRequestTest extends LuaServerFixture {

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aLargeRequestThatIsGivenUpIsSentToItsEnd(int poolSize) throws Exception {
        BusClient<Attachment, String> client =
                client(Attachment.class, impatient().poolSize(poolSize));
        ClientTransaction<String> sent = client.sendRequest(List.of(large()));
        try (Socket lua = listener.accept()) {
            assertEquals(Reason.TIMEOUT, failureOf(sent));
            DataInputStream in = in(lua);
            assertEquals('z', readFrame(in));
            answerLate(lua, in);
        }
    }

    @Test
    void aLargeRequestIsSentToItsEndThoughTheClientIsClosed() throws Exception {
        BusClient<Attachment, String> client = client(Attachment.class, ClientOptions.builder());
        ClientTransaction<String> sent = client.sendRequest(List.of(large()));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            int parts = in.readUnsignedShort();
            client.close();
            assertEquals(Reason.CLOSED, failureOf(sent));
            for (int i = 0; i < parts; i++) {
                in.skipNBytes(in.readInt());
            }
            answerLate(lua, in);
        }
    }

    @Test
    void aLargeRequestIsSentToItsEndThoughTheFactoryIsClosed() throws Exception {
        BusClient<Attachment, String> client = client(Attachment.class, ClientOptions.builder());
        client.sendRequest(List.of(large()));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            int parts = in.readUnsignedShort();
            Future<?> closing = threads.submit(factory::close);
            for (int i = 0; i < parts; i++) {
                in.skipNBytes(in.readInt());
            }
            closing.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aRequestThatWasSentIsNotFollowedByAnything() throws Exception {
        BusClient<String, String> client = client(String.class, impatient());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            readFrame(in);
            assertEquals(Reason.TIMEOUT, failureOf(sent));
            assertEquals(-1, in.read());
            answerLate(lua, in);
        }
    }

    @Test
    void aRequestThatWasSentIsNotFollowedByAnythingWhenTheClientIsClosed() throws Exception {
        BusClient<String, String> client = client(String.class, ClientOptions.builder());
        client.sendRequest(List.of("a"));
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            readFrame(in);
            client.close();
            assertEquals(-1, in.read());
            answerLate(lua, in);
        }
    }

    /** What a client wants from a server that takes its connection only after it has given up. */
    private interface GivingUp {
        void giveUp(BusClient<String, String> client, ClientTransaction<String> sent) throws Exception;
    }

    private void connectLate(ClientOptions.Builder options, GivingUp how) throws Exception {
        List<Socket> filling = new ArrayList<>();
        for (int i = 0; i < 2; i++) { // One is accepted by the kernel beyond the backlog.
            filling.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        }
        BusClient<String, String> client = client(String.class, options);
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        awaitDialing();
        how.giveUp(client, sent);
        for (Socket each : filling) {
            listener.accept().close();
            each.close();
        }
        listener.setSoTimeout(20_000);
        try (Socket lua = listener.accept()) {
            DataInputStream in = in(lua);
            assertArrayEquals(EMPTY, in.readNBytes(EMPTY.length));
            assertEquals(-1, in.read());
            answerLate(lua, in);
        }
    }

    /** Connections are begun in order: when a later one is refused, those before are on their way. */
    private void awaitDialing() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }
        for (int i = 0; i < 10; i++) {
            BusClient<String, String> refused = factory.newClient("127.0.0.1", unused, String.class, String.class);
            assertEquals(Reason.CONNECT, failureOf(refused.sendRequest(List.of("a"))));
        }
    }

    @Test
    void aConnectionThatComesAboutTooLateBringsAnEmptyArray() throws Exception {
        connectLate(
                ClientOptions.builder().responseTimeout(Duration.ofMillis(300)),
                (client, sent) -> assertEquals(Reason.CONNECT, failureOf(sent)));
    }

    @Test
    void aConnectionThatComesAboutAfterTheClientIsClosedBringsAnEmptyArray() throws Exception {
        connectLate(ClientOptions.builder(), (client, sent) -> {
            client.close();
            assertEquals(Reason.CLOSED, failureOf(sent));
        });
    }

    @Test
    void aConnectionThatIsNotNeededAnyMoreServesATransactionThatWaits() throws Exception {
        List<Socket> filling = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            filling.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        }
        SocketClient<String, String> client = (SocketClient<String, String>)
                client(String.class, ClientOptions.builder().poolSize(1).responseTimeout(Duration.ofMillis(300)));
        ClientTransaction<String> first = client.sendRequest(List.of("a"));
        client.reconfigure(ClientOptions.builder().poolSize(1).build());
        ClientTransaction<String> second = client.sendRequest(List.of("b"));
        assertEquals(Reason.CONNECT, failureOf(first));
        for (Socket each : filling) {
            listener.accept().close();
            each.close();
        }
        try (RawPeer peer = new RawPeer(listener.accept())) {
            String requests = peer.receive();
            assertTrue(requests.endsWith("<text>b</text></requests>"), requests);
            peer.send(RawPeer.responses(RawPeer.tx(requests), "1"));
            assertEquals(List.of("1"), second.recvResponse());
        }
    }
}
