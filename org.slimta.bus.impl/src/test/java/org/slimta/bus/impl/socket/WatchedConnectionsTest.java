package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A client looks after its connections for as long as it lives, however many have come and gone. */
@Timeout(300)
class WatchedConnectionsTest {

    /** How long connections come and go. A fault of this kind took 8 s to 98 s to show. */
    private static final long SECONDS = Long.getLong("watched.seconds", 2);

    private static ClientOptions options(int poolSize) {
        return ClientOptions.builder()
                .poolSize(poolSize)
                .pingInterval(Duration.ofMillis(40)) // It looks four times in that time, in each state of a connection.
                .idleTimeout(Duration.ofMillis(200))
                .build();
    }

    @Test
    void itGoesOnWhileConnectionsComeAndGo() throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            BusServer<String, String> server = factory.newServer("127.0.0.1", 0, String.class, String.class);
            for (int i = 0; i < 2; i++) {
                EchoServer.of(server).start();
            }
            SocketClient<String, String> client = (SocketClient<String, String>)
                    factory.newClient("127.0.0.1", server.address().getPort(), String.class, String.class, options(0));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            AtomicLong answered = new AtomicLong();
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                senders.add(start(() -> {
                    while (System.nanoTime() - end < 0) {
                        assertEquals(
                                List.of("a"), client.sendRequest(List.of("a")).recvResponse());
                        answered.incrementAndGet();
                    }
                }));
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertTrue(answered.get() > 0);
            System.out.println(answered + " connections");
            client.reconfigure(options(1));
            client.sendRequest(List.of("a")).recvResponse();
            BusDTO bus = new BusDTO();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            do {
                client.report(bus);
            } while (bus.peers > 0 && System.nanoTime() - deadline < 0);
            assertEquals(0, bus.peers, "an idle connection is closed after " + answered + " connections");
        }
    }

    /** Does something that may throw. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private static Thread start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
