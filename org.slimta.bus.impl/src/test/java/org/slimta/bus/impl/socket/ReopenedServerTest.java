package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.TestTls;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server is closed and opened again on its port while clients keep sending: they notice nothing. */
@Timeout(120)
class ReopenedServerTest {

    private static final int IN_FLIGHT = 64;
    private static final int TIMES = 10;
    private static final int BETWEEN = 500;

    private static final TlsOptions SERVER = TestTls.server().build();
    private static final TlsOptions CLIENT = TestTls.client().build();

    private final Map<String, Integer> handled = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong started = new AtomicLong();
    private final CountDownLatch idle = new CountDownLatch(IN_FLIGHT);
    private volatile boolean over;
    private boolean tls;

    @ParameterizedTest
    @CsvSource({"1, false", "3, false", "1, true", "3, true"})
    void noClientSeesAFailureAndNothingIsHandledTwice(int handlers, boolean secured) throws Exception {
        tls = secured;
        try (StandaloneBusFactory serverSide = new StandaloneBusFactory(new TextCodec());
                StandaloneBusFactory clientSide = new StandaloneBusFactory(new TextCodec())) {
            BusServer<String, String> server = openServer(serverSide, 0, handlers);
            int port = server.address().getPort();
            BusClient<String, String> client = clientSide.newClient(
                    "127.0.0.1",
                    port,
                    String.class,
                    String.class,
                    ClientOptions.builder()
                            .responseTimeout(Duration.ofSeconds(30))
                            .tls(tls ? CLIENT : null)
                            .build());
            for (int i = 0; i < IN_FLIGHT; i++) {
                sendNext(client);
            }
            for (int i = 0; i < TIMES; i++) {
                awaitAnswered(answered.get() + BETWEEN);
                server.close();
                server = openServer(serverSide, port, handlers);
            }
            awaitAnswered(answered.get() + BETWEEN);
            over = true;
            assertTrue(idle.await(40, TimeUnit.SECONDS), "each transaction ends");
            assertEquals(List.of(), List.copyOf(failures));
            assertEquals(started.get(), answered.get());
            assertEquals(started.get(), handled.size());
            assertTrue(handled.values().stream().allMatch(times -> times == 1), "none is handled twice");
        }
    }

    private void awaitAnswered(long count) {
        Await.until(count + " are answered", () -> answered.get() >= count || !failures.isEmpty());
    }

    private BusServer<String, String> openServer(StandaloneBusFactory factory, int port, int handlers)
            throws BusException {
        BusServer<String, String> server = factory.newServer(
                "127.0.0.1",
                port,
                String.class,
                String.class,
                ServerOptions.builder()
                        .drainTimeout(Duration.ofSeconds(20))
                        .tls(tls ? SERVER : null)
                        .build());
        for (int i = 0; i < handlers; i++) {
            new EchoServer<>(server, this::respond).start();
        }
        return server;
    }

    private void respond(ServerTransaction<String, String> transaction) {
        transaction.requests().forEach(request -> handled.merge(request, 1, Integer::sum));
        try {
            transaction.sendResponse(
                    transaction.requests().stream().map("re: "::concat).toList());
        } catch (BusException e) {
            if (e.reason() != Reason.CLOSED) {
                failures.add(e);
            }
        }
    }

    private void sendNext(BusClient<String, String> client) {
        if (over) {
            idle.countDown();
            return;
        }
        String request = "request " + started.incrementAndGet();
        try {
            client.sendRequest(List.of(request)).response().whenComplete((responses, failure) -> {
                if (failure != null) {
                    failures.add(failure);
                } else if (!responses.equals(List.of("re: " + request))) {
                    failures.add(new AssertionError(request + " was answered with " + responses));
                } else {
                    answered.incrementAndGet();
                }
                sendNext(client);
            });
        } catch (InterruptedException e) {
            failures.add(e);
        }
    }
}
