package org.slimta.bus.impl.grizzly;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.impl.concurrent.Threads;

/** Listening can begin and end while other threads begin and end listening. */
@Timeout(60)
class ListeningTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Threads threads = new Threads();
    private final GrizzlyTransport transport = new GrizzlyTransport(threads);

    @AfterEach
    void close() {
        transport.close();
        threads.close();
    }

    @Test
    void someListenWhileOthersStop() throws Exception {
        ExecutorService listening = Executors.newFixedThreadPool(3);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(listening.submit(() -> {
                for (int round = 0; round < 100; round++) {
                    transport.listen(ANY_PORT, connection -> {}).close();
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get(50, TimeUnit.SECONDS);
        }
        listening.shutdownNow();
    }
}
