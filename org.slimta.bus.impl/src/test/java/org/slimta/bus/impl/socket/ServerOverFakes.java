package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;

/** A server whose connections have no sockets and whose time a test moves. */
abstract class ServerOverFakes {

    private static final PayloadType<String> TEXT = PayloadType.of(String.class);
    static final String DRAIN = "<control drain=\"true\"/>";
    static final String LARGE = "a".repeat(300_000);
    static final Duration PLENTY = Duration.ofSeconds(20);

    final ManualTimer timer = new ManualTimer();
    private final Threads threads = new Threads(timer);
    private final FakeTransport transport = new FakeTransport(timer::now);
    private final Network network = new Network(threads, transport);
    final List<FakeConnection> clients = new ArrayList<>();
    SocketServer<String, String> server;
    FakeConnection client;

    void open(UnaryOperator<ServerOptions.Builder> change) throws Exception {
        CodecRegistry codecs = new CodecRegistry();
        codecs.add(new CodecRegistry.Rank(0, 0), null, new TextCodec());
        ServerOptions options = change.apply(ServerOptions.builder().drainTimeout(Duration.ZERO))
                .build();
        server = SocketServer.open("127.0.0.1", 0, TEXT, TEXT, options, codecs, network, threads);
        client = accept();
    }

    FakeConnection accept() {
        FakeConnection accepted = transport.accept();
        clients.add(accepted);
        return accepted;
    }

    @AfterEach
    void close() {
        clients.forEach(FakeConnection::hangUp);
        server.close();
        network.close();
        threads.close();
    }

    ServerTransaction<String, String> receive() throws Exception {
        return server.recvRequest(PLENTY);
    }

    void receives(String... texts) throws Exception {
        for (String text : texts) {
            ServerTransaction<String, String> transaction = receive();
            assertEquals(List.of(text), transaction.requests());
            transaction.sendResponse(List.of("to " + text));
        }
    }

    void nothingIsReceived() {
        BusException failure = assertThrows(BusException.class, () -> server.recvRequest(Duration.ZERO));
        assertEquals(Reason.TIMEOUT, failure.reason());
    }

    static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < PLENTY.toNanos(), "not in time: " + what);
            Thread.yield();
        }
    }

    Thread closing() {
        Thread closing = new Thread(server::close);
        closing.start();
        return closing;
    }

    /** What is sent over a connection, once it is as much as that; another thread may be sending it. */
    static List<String> sent(FakeConnection to, int count) {
        List<String> all = new ArrayList<>();
        await(count + " frames are sent", () -> {
            all.addAll(to.takeSent());
            return all.size() >= count;
        });
        return all;
    }

    static void ends(Thread thread) throws InterruptedException {
        thread.join(PLENTY.toMillis());
        assertFalse(thread.isAlive());
    }

    static void startsWith(String beginning, String frame) {
        assertTrue(frame.startsWith(beginning), frame);
    }
}
