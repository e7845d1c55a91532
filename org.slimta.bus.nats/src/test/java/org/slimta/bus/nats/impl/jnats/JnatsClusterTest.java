package org.slimta.bus.nats.impl.jnats;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.nats.fixture.NatsNode;

/** One connection, in a process that is short of something, or whose threads are interrupted. */
class JnatsClusterTest {

    @TempDir
    private Path folder;

    private static NatsOptions options(NatsNode node) {
        return NatsOptions.builder()
                .servers(List.of(node.url()))
                .reconnectPause(Duration.ofMillis(50))
                .build();
    }

    @Test
    void withoutAThreadItConnectsLater() {
        AtomicBoolean hasThreads = new AtomicBoolean();
        ExecutorService threads = new ThreadPoolExecutor(0, 100, 1, TimeUnit.SECONDS, new SynchronousQueue<>()) {

            @Override
            public void execute(Runnable task) {
                if (!hasThreads.get()) {
                    throw new OutOfMemoryError("unable to create a thread");
                }
                super.execute(task);
            }
        };
        try (NatsNode node = NatsNode.start(folder);
                JnatsCluster cluster = new JnatsCluster(options(node), threads)) {
            Await.until(
                    "it tells why it has not connected",
                    () -> Objects.toString(cluster.link().fault()).contains("unable to create a thread"));
            hasThreads.set(true);
            Await.until("it has connected", () -> cluster.link().isUp());
        }
    }

    /** The library would discard one message for some seventy interrupts. */
    @Test
    void whatIsPublishedByThreadsThatAreInterruptedArrives() throws Exception {
        AtomicLong received = new AtomicLong();
        AtomicLong published = new AtomicLong();
        AtomicInteger interrupts = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        try (NatsNode node = NatsNode.start(folder);
                JnatsCluster cluster = new JnatsCluster(options(node))) {
            cluster.subscribe(List.of("x"), message -> received.incrementAndGet());
            Await.until("it has connected", () -> cluster.link().isUp());
            Runnable publishing = () -> {
                while (!stopped.get()) {
                    published.addAndGet(cluster.publish("x", null, new byte[1]) ? 1 : 0);
                    interrupts.addAndGet(Thread.interrupted() ? 1 : 0);
                    LockSupport.parkNanos(20_000);
                }
            };
            List<Thread> threads = List.of(new Thread(publishing), new Thread(publishing));
            threads.forEach(Thread::start);
            Await.until("many interrupts", () -> {
                threads.forEach(Thread::interrupt);
                return interrupts.get() > 3000;
            });
            stopped.set(true);
            for (Thread each : threads) {
                each.join();
            }
            Await.until("all has arrived", () -> received.get() == published.get());
        }
    }
}
