package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ExchangeContext;
import org.slimta.bus.impl.grizzly.GrizzlyTransport;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.wire.Frame;

/** A connection that nobody wants brings a whole frame, whatever happens at the same time. */
@Timeout(60)
class ConnectAttemptTest {

    private static final byte[] EMPTY = RawPeer.frame("<requests>\r\n</requests>\r\n");

    private final Threads threads = new Threads();
    private final Network network = new Network(threads, new GrizzlyTransport(threads));
    private final SocketContext context = new SocketContext(
            ExchangeContext.of(
                    threads, new CodecRegistry(), new Failures(() -> "test"), FrameLimits.defaults(), Duration.ZERO),
            network,
            new MemoryBudget(1 << 20, threads.timer(), each -> {}),
            null);
    private ServerSocket listener;

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws Exception {
        network.close();
        threads.close();
        listener.close();
    }

    private ConnectAttempt attempt(Consumer<ConnectAttempt> onReady) {
        InetSocketAddress address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        return new ConnectAttempt(
                address,
                address,
                context,
                Runnable::run,
                ConnectionToClose::slimtaEmptyArray,
                new ConnectionOpening.Outcome<>() {

                    @Override
                    public void ready(ConnectAttempt attempt) {
                        onReady.accept(attempt);
                    }

                    @Override
                    public void failed(ConnectAttempt attempt, BusException failure) {}
                });
    }

    private static final class Nobody implements FrameConnection.Listener {

        @Override
        public void onFrame(Frame frame) {}

        @Override
        public void onBadFrame(BusException failure) {}

        @Override
        public void onClosed() {}
    }

    private void assertEndsWithEmptyArray() throws Exception {
        try (Socket lua = listener.accept()) {
            lua.setSoTimeout(20_000);
            InputStream in = lua.getInputStream();
            assertArrayEquals(EMPTY, in.readNBytes(EMPTY.length));
            assertEquals(-1, in.read());
        }
    }

    @Test
    void whoeverComesLateDoesNotTakeItFromItsFarewell() throws Exception {
        attempt(ready -> {
                    ready.closeInOrder(true);
                    ready.setUser(new Nobody());
                })
                .start();
        assertEndsWithEmptyArray();
    }

    /** Whether one that is being dialed has been accepted already cannot be known. */
    @Test
    void whoWaitsForFarewellsWaitsBrieflyForThoseThatAreJustBeingDialed() throws Exception {
        for (int i = 0; i < 100; i++) {
            ConnectAttempt attempt = attempt(ready -> {});
            attempt.start();
            attempt.abandon();
            network.orderlyCloses().await(Duration.ofSeconds(20));
            assertEndsWithEmptyArray();
        }
    }
}
