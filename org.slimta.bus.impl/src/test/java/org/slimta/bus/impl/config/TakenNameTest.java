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

/** A bus that cannot open is tried again after a delay, but not because of changes that its own attempt has caused. */
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
    void aChainWhoseNameIsInUseChangesNothing() throws Exception {
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
            assertEquals("answered", Container.ask(client, "x"), "no chain owns the bus");
        }
        assertTrue(changes.get() < 10, "reported changes: " + changes);
        container.delete(first);
        Container.await("the second chain opens as soon as it can", () -> "filters".equals(owner("in2")));
    }

    private Stream<String> reasons() {
        return Arrays.stream(container.runtime.getRuntimeDTO().buses).map(bus -> String.valueOf(bus.waitingFor));
    }

    private String owner(String bus) {
        return container.directory.endpoint(bus).owner().get();
    }

    @Test
    void changesByItsOwnAttemptDoNotWakeIt() {
        Failing bus = new Failing(container.context);
        bus.configure(Map.of());
        Container.await("three attempts", () -> bus.attempts.size() >= 3);
        Duration between = Duration.ofNanos(bus.attempts.get(2) - bus.attempts.get(0));
        assertTrue(between.compareTo(Duration.ofMillis(700)) > 0, "delays of 250 and 500 ms, not " + between);
        container.directory.changed();
        Container.await("a change by another bus wakes it", () -> bus.attempts.size() >= 4);
        bus.deactivate();
    }

    /** Causes a change with each attempt, like a bus that gives an ownership back. */
    private static final class Failing extends StubBus {

        private final List<Long> attempts = new CopyOnWriteArrayList<>();

        Failing(ConfigContext context) {
            super(context);
        }

        @Override
        void open(BusSettings settings) throws BusException {
            attempts.add(System.nanoTime());
            context().directory().changed();
            throw new BusException(Reason.CONNECT, "on purpose");
        }
    }
}
