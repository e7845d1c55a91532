package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Whatever happens to the connections, each transaction ends once, and is handled at most once. */
@Timeout(120)
class CutConnectionsTest {

    private static final int TRANSACTIONS = 3000;

    private final Map<String, Integer> handled = new ConcurrentHashMap<>();
    private final Map<String, Integer> ended = new ConcurrentHashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(ints = {500, 5_000, 100_000})
    void eachTransactionEndsInItsResponseOrInOneFailure(int mostBytes) throws Exception {
        run(mostBytes, false);
        assertTrue(answered.get() > 0 && failed.get() > 0, answered + " answered, " + failed + " failed");
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 5_000, 100_000})
    void aClientThatAsksLosesNothing(int mostBytes) throws Exception {
        run(mostBytes, true);
        assertEquals(List.of(), failures);
        assertEquals(TRANSACTIONS, handled.size());
    }

    private void run(int mostBytes, boolean asks) throws Exception {
        try (StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec())) {
            BusServer<String, String> server = factory.newServer(
                    "127.0.0.1",
                    0,
                    String.class,
                    String.class,
                    ServerOptions.builder().drainTimeout(Duration.ofMillis(100)).build());
            for (int i = 0; i < 2; i++) {
                new EchoServer<>(server, this::respond).start();
            }
            try (CuttingRelay relay = new CuttingRelay(server.address().getPort(), mostBytes, mostBytes)) {
                BusClient<String, String> client = factory.newClient(
                        "127.0.0.1",
                        relay.port(),
                        String.class,
                        String.class,
                        ClientOptions.builder()
                                .maxInFlight(64)
                                .reconnect(asks)
                                .responseTimeout(Duration.ofSeconds(30))
                                .build());
                while (asks && !isAnswered(client)) { // Before its first response, it is not known whether to ask.
                    handled.clear();
                }
                handled.clear();
                List<CompletableFuture<?>> stages = new ArrayList<>();
                for (int i = 0; i < TRANSACTIONS; i++) {
                    String request = "request " + i + " " + "x".repeat(i % 300);
                    stages.add(client.sendRequest(List.of(request))
                            .response()
                            .handle((responses, failure) -> end(request, responses, failure))
                            .toCompletableFuture());
                }
                CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
                        .get(60, TimeUnit.SECONDS);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(TRANSACTIONS, answered.get() + failed.get());
        assertEquals(TRANSACTIONS, ended.size());
        assertTrue(ended.values().stream().allMatch(times -> times == 1), "none ends twice");
        assertTrue(handled.values().stream().allMatch(times -> times == 1), "none is handled twice");
        assertTrue(handled.size() >= answered.get());
    }

    private static boolean isAnswered(BusClient<String, String> client) throws InterruptedException {
        try {
            client.sendRequest(List.of("first")).recvResponse();
            return true;
        } catch (BusException e) {
            return false;
        }
    }

    private Void end(String request, List<String> responses, Throwable failure) {
        ended.merge(request, 1, Integer::sum);
        if (failure == null) {
            answered.incrementAndGet();
            if (!responses.equals(List.of("re: " + request))) {
                wrong(request + " was answered with " + responses);
            }
        } else {
            failed.incrementAndGet();
            failures.add(failure.getMessage());
            if (!(failure instanceof BusException known)
                    || !EnumSet.of(Reason.CLOSED, Reason.CONNECT).contains(known.reason())) {
                wrong(request + " failed with " + failure);
            }
        }
        return null;
    }

    private synchronized void wrong(String what) {
        wrong.add(what);
    }

    private void respond(ServerTransaction<String, String> transaction) {
        transaction.requests().forEach(request -> handled.merge(request, 1, Integer::sum));
        try {
            transaction.sendResponse(
                    transaction.requests().stream().map("re: "::concat).toList());
        } catch (BusException e) {
            // Its connection is cut.
        }
    }
}
