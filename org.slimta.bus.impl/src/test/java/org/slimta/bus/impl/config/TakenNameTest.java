package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

/** A bus that cannot open is tried again after a pause, not by what its own attempt tells. */
@Timeout(120)
class TakenNameTest {

    private Container container;

    @BeforeEach
    void open() throws Exception {
        container = new Container();
    }

    @AfterEach
    void close() throws Exception {
        container.close();
    }

    @Test
    void aChainWhoseNameIsTakenTouchesNothing() throws Exception {
        container.local("in1");
        container.local("in2");
        String first = container.chain("filters", "in1");
        Container.await("the first is open", () -> container.directory.endpoint("filters") != null);
        container.chain("filters", "in2");
        Container.await("the second waits", () -> reasons().anyMatch(why -> why.contains("another server")));
        AtomicInteger changes = new AtomicInteger();
        container.directory.addListener(changes::incrementAndGet);
        container.directory.changed();
        container.handler(received -> CompletableFuture.completedFuture(List.of("answered")), "in2");
        BusClient<String, String> client = container.service(BusClient.class, "in2");
        for (int i = 0; i < 100; i++) {
            assertEquals("answered", Container.ask(client, "x"), "nobody else has taken it");
        }
        assertTrue(changes.get() < 10, "changes told: " + changes);
        container.delete(first);
        Container.await("the second opens at once when it can", () -> "filters".equals(taker("in2")));
    }

    private Stream<String> reasons() {
        return Arrays.stream(container.runtime.getRuntimeDTO().buses)
                .map(bus -> String.valueOf(bus.waitingFor));
    }

    private String taker(String bus) {
        return container.directory.endpoint(bus).owner().get();
    }

    @Test
    void whatItsOwnAttemptTellsDoesNotWakeIt() {
        Failing bus = new Failing(container.context);
        bus.configure(Map.of());
        Container.await("it was tried three times", () -> bus.attempts.size() >= 3);
        Duration between = Duration.ofNanos(bus.attempts.get(2) - bus.attempts.get(0));
        assertTrue(between.compareTo(Duration.ofMillis(700)) > 0, "pauses of 250 and 500 ms, not " + between);
        container.directory.changed();
        Container.await("what others tell does", () -> bus.attempts.size() >= 4);
        bus.deactivate();
    }

    /** Tells of a change with each attempt, as one that lets go of what it has taken. */
    private static final class Failing extends StubBus {

        private final List<Long> attempts = new CopyOnWriteArrayList<>();

        Failing(ConfigContext context) {
            super(context);
        }

        @Override
        void open(BusSettings settings) throws BusException {
            attempts.add(System.nanoTime());
            context().directory().changed();
            throw new BusException(Reason.CONNECT, "in vain");
        }
    }
}
