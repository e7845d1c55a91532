package org.slimta.bus.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.nats.fixture.NatsNode;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Nodes are killed, restarted and stopped while requests are in flight. Every transaction is accounted for. */
class KilledNodesTest {

    private static final int KILLS = Integer.getInteger("nats.kills", 3);
    private static final int CLIENTS = 3;
    private static final int SERVERS = 2;
    private static final int IN_FLIGHT = 64;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<String, Integer> handled = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failures = new ConcurrentSkipListMap<>();
    private final LongAdder answered = new LongAdder();
    private final AtomicLong longest = new AtomicLong();
    private List<NatsNode> nodes = List.of();
    private volatile boolean stopped;

    @BeforeEach
    void start() {
        nodes = NatsNode.cluster(NatsKind.newFolder(), 3);
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        nodes.forEach(NatsNode::close);
    }

    private NatsBusFactory connect(StandaloneBusFactory buses, String name) {
        NatsBusFactory factory = new NatsBusFactory(
                NatsOptions.builder()
                        .name(name)
                        .servers(NatsNode.urls(nodes))
                        .connectTimeout(Duration.ofSeconds(1))
                        .build(),
                buses);
        opened.add(factory);
        return factory;
    }

    private void serve(StandaloneBusFactory buses, int number) {
        BusServer<String, String> server = connect(buses, "server" + number)
                .newServer("work", String.class, String.class, ServerOptions.defaults());
        opened.add(server);
        server.serve(batch -> {
            String id = batch.requests().get(0);
            handled.merge(id, 1, Integer::sum);
            return CompletableFuture.completedFuture(List.of("done " + id));
        });
    }

    private CountDownLatch send(StandaloneBusFactory buses, int number) {
        BusClient<String, String> client = connect(buses, "client" + number)
                .newClient("work", String.class, String.class, ClientOptions.defaults());
        opened.add(client);
        CountDownLatch running = new CountDownLatch(IN_FLIGHT);
        for (int i = 0; i < IN_FLIGHT; i++) {
            int slot = i;
            Thread thread = new Thread(() -> {
                for (long n = 0; !stopped; n++) {
                    sendOne(client, number + "-" + slot + "-" + n);
                }
                running.countDown();
            });
            thread.setDaemon(true);
            thread.start();
        }
        return running;
    }

    private void sendOne(BusClient<String, String> client, String id) {
        long begin = System.nanoTime();
        try {
            assertEquals(List.of("done " + id), client.sendRequest(List.of(id)).recvResponse());
            answered.increment();
        } catch (BusException e) {
            failures.computeIfAbsent(e.reason() + "/" + e.outcome() + " " + e.getMessage(), any -> new LongAdder())
                    .increment();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long took = System.nanoTime() - begin;
        longest.accumulateAndGet(took, Math::max);
    }

    private void run(Runnable disturb) throws Exception {
        StandaloneBusFactory buses = new StandaloneBusFactory(new TextCodec());
        opened.add(buses);
        for (int i = 0; i < SERVERS; i++) {
            serve(buses, i);
        }
        List<CountDownLatch> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            running.add(send(buses, i));
        }
        progress();
        disturb.run();
        progress();
        stopped = true;
        for (CountDownLatch each : running) {
            each.await();
        }
        System.out.println(answered + " answered, longest " + longest.get() / 1_000_000 + " ms, failures "
                + new TreeMap<>(failures));
        long doubled = handled.values().stream().filter(count -> count > 1).count();
        assertEquals(0, doubled, "doubled");
        assertEquals(Map.of(), new TreeMap<>(failures));
        assertEquals(answered.sum(), handled.size());
    }

    /** Waits until some thousand more transactions are answered. */
    private void progress() {
        long before = answered.sum();
        Await.until("transactions are answered", () -> answered.sum() > before + 5000);
    }

    @Test
    void aKilledNodeLosesNothing() throws Exception {
        run(() -> {
            for (int i = 0; i < KILLS; i++) {
                NatsNode node = nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()));
                node.kill();
                progress();
                node.start();
                progress();
            }
        });
        assertTrue(longest.get() < Duration.ofSeconds(5).toNanos(), "longest " + longest);
    }
}
