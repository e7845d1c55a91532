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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.nats.fixture.NatsNode;

/** One connection, in a process that is short of something. */
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
}
