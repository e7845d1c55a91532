package org.slimta.bus.impl.grizzly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.transport.PauseReason;

/** A connection is read if and only if there is no reason to pause. */
class ReadGateTest {

    private final List<String> calls = new ArrayList<>();
    private Runnable onCatchUp = () -> {};
    private final ReadGate gate = new ReadGate(new ReadGate.Switch() {

        @Override
        public void catchUp() {
            calls.add("catch up");
            onCatchUp.run();
        }

        @Override
        public void setReading(boolean on) {
            calls.add(on ? "on" : "off");
        }
    });

    @Test
    void theSocketIsSwitchedAtTheFirstReasonAndAfterTheLast() {
        assertTrue(gate.isOpen());
        assertTrue(gate.close(PauseReason.MEMORY));
        assertFalse(gate.close(PauseReason.MEMORY));
        assertFalse(gate.close(PauseReason.IN_FLIGHT));
        assertEquals(List.of("off"), calls);
        assertEquals(EnumSet.of(PauseReason.MEMORY, PauseReason.IN_FLIGHT), gate.reasons());
        assertTrue(gate.isClosedForOtherThan(PauseReason.MEMORY));
        gate.open(PauseReason.QUEUE_FULL);
        gate.open(PauseReason.IN_FLIGHT);
        assertFalse(gate.isClosedForOtherThan(PauseReason.MEMORY));
        assertEquals(List.of("off"), calls);
        gate.open(PauseReason.MEMORY);
        assertEquals(List.of("off", "catch up", "on"), calls);
        gate.open(PauseReason.MEMORY);
        assertEquals(3, calls.size());
        assertTrue(gate.isOpen());
    }

    @Test
    void catchingUpMayAddAReasonAgain() {
        gate.close(PauseReason.QUEUE_FULL);
        onCatchUp = () -> gate.close(PauseReason.UNTAKEN_RESPONSES);
        gate.open(PauseReason.QUEUE_FULL);
        assertEquals(List.of("off", "catch up"), calls, "the socket was never read");
        assertEquals(Set.of(PauseReason.UNTAKEN_RESPONSES), gate.reasons());
        onCatchUp = () -> {};
        gate.open(PauseReason.UNTAKEN_RESPONSES);
        assertEquals(List.of("off", "catch up", "catch up", "on"), calls);
    }

    @Test
    void openForGoodRemovesAllReasons() {
        gate.openForGood();
        assertEquals(List.of(), calls);
        gate.close(PauseReason.MEMORY);
        gate.close(PauseReason.HANDSHAKE);
        gate.openForGood();
        assertEquals(List.of("off", "on"), calls);
    }

    /** One thread changes it at random, others read it: each sees one of the sets that existed. */
    @Test
    void stress() throws Exception {
        Random random = new Random(3);
        EnumSet<PauseReason> model = EnumSet.noneOf(PauseReason.class);
        boolean[] reading = {true};
        ReadGate stressed = new ReadGate(new ReadGate.Switch() {

            @Override
            public void catchUp() {
                assertTrue(model.isEmpty());
                if (random.nextInt(4) == 0) {
                    close();
                }
            }

            private void close() {
                PauseReason reason = PauseReason.values()[random.nextInt(5)];
                model.add(reason);
                stressedGate[0].close(reason);
            }

            @Override
            public void setReading(boolean on) {
                assertTrue(on != reading[0], "it is told what it knows");
                reading[0] = on;
            }
        });
        stressedGate[0] = stressed;
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(threads.submit(() -> {
                while (!over.get()) {
                    // HANDSHAKE is never there without MEMORY.
                    Set<PauseReason> seen = stressed.reasons();
                    assertTrue(seen.size() <= 5);
                    if (stressed.isOpen()) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        for (int i = 0; i < 1_000_000; i++) {
            PauseReason reason = PauseReason.values()[random.nextInt(5)];
            if (random.nextBoolean()) {
                model.add(reason);
                stressed.close(reason);
            } else {
                model.remove(reason);
                stressed.open(reason);
            }
            assertEquals(model.isEmpty(), stressed.isOpen());
            assertEquals(model.isEmpty(), reading[0]);
        }
        assertEquals(model, stressed.reasons());
        over.set(true);
        for (Future<?> reader : readers) {
            reader.get(20, TimeUnit.SECONDS);
        }
        threads.shutdownNow();
    }

    private final ReadGate[] stressedGate = new ReadGate[1];
}
