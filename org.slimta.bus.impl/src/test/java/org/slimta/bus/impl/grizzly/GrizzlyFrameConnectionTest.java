package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transport.ConnectionSettings;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.Listening;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.Transport;
import org.slimta.bus.impl.wire.Frame;

/** An unexpected failure on a connection is logged, and ends only that connection. */
@Timeout(60)
class GrizzlyFrameConnectionTest {

    private final Threads threads = new Threads();
    private final GrizzlyTransport transport = new GrizzlyTransport(threads);
    private final MemoryBudget budget = new MemoryBudget(1 << 20, threads.timer(), each -> {});
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CompletableFuture<FrameConnection> accepted = new CompletableFuture<>();
    private Runnable onFrame = () -> {};
    private Runnable onClosed = () -> {};
    private Listening listener;
    private RawPeer peer;
    private FrameConnection connection;

    @BeforeEach
    void open() throws Exception {
        listener = transport.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), incoming -> {
            FrameConnection one = incoming.open(settings(true), new FrameConnection.Listener() {

                @Override
                public void onFrame(Frame frame) {
                    onFrame.run();
                }

                @Override
                public void onBadFrame(BusException failure) {}

                @Override
                public void onClosed() {
                    closed.countDown();
                    onClosed.run();
                }
            });
            one.start();
            accepted.complete(one);
        });
        InetSocketAddress address = listener.address();
        peer = new RawPeer(new Socket(address.getAddress(), address.getPort()));
        connection = accepted.get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        peer.close();
        transport.close();
        threads.close();
    }

    private ConnectionSettings settings(boolean countsUnsent) {
        return new ConnectionSettings(FrameLimits.defaults(), budget, null, null, Runnable::run, countsUnsent);
    }

    private static Runnable failing() {
        return () -> {
            throw new LinkageError("on purpose");
        };
    }

    private void assertEnds(CapturedLog log) throws Exception {
        assertNull(peer.receive());
        assertTrue(closed.await(20, TimeUnit.SECONDS));
        log.await("on purpose");
        assertTrue(log.text().contains("The connection with 127.0.0.1:"), log.text());
        assertFalse(log.text().contains("glassfish.grizzly.filterchain.DefaultFilterChain execute"), log.text());
        assertEquals(0, budget.total());
    }

    @Test
    void aTaskThatFails() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            connection.execute(failing());
            assertEnds(log);
        }
    }

    @Test
    void aFrameThatFails() throws Exception {
        onFrame = failing();
        try (CapturedLog log = new CapturedLog()) {
            peer.send("<requests/>");
            assertEnds(log);
        }
    }

    @Test
    void theEndThatFails() throws Exception {
        onClosed = failing();
        try (CapturedLog log = new CapturedLog()) {
            connection.close();
            assertEnds(log);
        }
    }

    /** A connection that is not connected yet has no selector that would close it. */
    @Test
    void aConnectionThatIsClosedBeforeItIsConnectedIsGone() throws Exception {
        CompletableFuture<FrameConnection> dialed = new CompletableFuture<>();
        transport.connect(listener.address(), settings(false), closedAtOnce(), new Transport.ConnectListener() {

            @Override
            public void onCreated(FrameConnection connection) {
                connection.close();
                dialed.complete(connection);
            }

            @Override
            public void onConnected() {}

            @Override
            public void onNotConnected(Throwable cause) {}
        });
        Await.until("it is closed", () -> !dialed.get(20, TimeUnit.SECONDS).isOpen());
    }

    private static FrameConnection.Listener closedAtOnce() {
        return new FrameConnection.Listener() {

            @Override
            public void onFrame(Frame frame) {}

            @Override
            public void onBadFrame(BusException failure) {}

            @Override
            public void onClosed() {}
        };
    }

    /** The memory of a connection is released when it is closed. Actions that waited for it run then, and may fail. */
    @Test
    void anActionThatWaitedForMemoryFails() throws Exception {
        connection.addMemory(2 << 20);
        budget.whenThereIsRoom(failing());
        try (CapturedLog log = new CapturedLog()) {
            connection.close();
            assertTrue(closed.await(20, TimeUnit.SECONDS), "it is not counted any more");
            log.await("on purpose");
        }
        assertEquals(0, budget.total());
    }
}
