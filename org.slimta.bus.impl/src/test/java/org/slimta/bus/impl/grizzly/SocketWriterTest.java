package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.nio.transport.TCPNIOServerConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.impl.concurrent.Threads;

/** The listener of each piece is notified of its outcome. */
@Timeout(60)
class SocketWriterTest {

    private static final int MORE_THAN_A_SOCKET_TAKES = 64 << 20;

    private final Threads threads = new Threads();
    private final GrizzlyTransport transport = new GrizzlyTransport(threads);
    private final AtomicInteger closed = new AtomicInteger();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Socket peer;
    private SocketWriter writer;

    @BeforeEach
    void open() throws Exception {
        CompletableFuture<Connection<?>> accepted = new CompletableFuture<>();
        TCPNIOServerConnection listener =
                transport.listenOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), accepted::complete);
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        peer = new Socket(address.getAddress(), address.getPort());
        writer = new SocketWriter(accepted.get(20, TimeUnit.SECONDS), closed::incrementAndGet);
    }

    @AfterEach
    void close() throws Exception {
        peer.close();
        transport.close();
        threads.close();
    }

    private void add(String name, int size) {
        writer.add(ByteBuffer.allocate(size), new SocketWriter.Listener() {

            @Override
            public void onSent() {
                told.add(name + " sent");
            }

            @Override
            public void onFailed() {
                told.add(name + " failed");
            }
        });
    }

    private String nextTold() throws InterruptedException {
        return told.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void piecesBehindOneThatFailsLaterFailToo() throws Exception {
        add("a", 10);
        add("b", MORE_THAN_A_SOCKET_TAKES);
        add("c", 10);
        writer.addEnd(() -> told.add("end"));
        add("d", 10);
        writer.flush();
        assertEquals("a sent", nextTold());
        peer.close();
        assertEquals(List.of("b failed", "c failed", "d failed"), List.of(nextTold(), nextTold(), nextTold()));
        assertTrue(closed.get() > 0);
        add("e", 10);
        writer.flush();
        assertEquals("e failed", nextTold());
    }

    @Test
    void piecesBehindOneWhoseListenerFailsFailToo() throws Exception {
        writer.add(ByteBuffer.allocate(10), () -> {
            throw new IllegalStateException("on purpose");
        });
        add("b", 10);
        writer.flush();
        assertEquals("b failed", nextTold());
        assertEquals(1, closed.get());
    }
}
