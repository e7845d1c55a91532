package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.socket.ConnectionLifecycle.Phase;

class ConnectionLifecycleTest {

    private final ConnectionLifecycle life = new ConnectionLifecycle();
    private final List<String> said = new ArrayList<>();

    @Test
    void aKeptOneSaysTwiceThatItDrains() {
        assertTrue(life.isReading());
        life.keep();
        life.keep();
        assertEquals(Phase.KEPT, life.phase());
        assertTrue(life.isNumbered());
        assertFalse(life.finish(0));
        assertTrue(life.drain(() -> said.add("first")));
        assertFalse(life.drain(() -> said.add("again")));
        assertFalse(life.isReading());
        assertFalse(life.stopReading());
        assertFalse(life.finish(0), "the last word was not said");
        assertTrue(life.finishDraining(() -> said.add("last")));
        assertFalse(life.finishDraining(() -> said.add("again")));
        assertTrue(life.finish(0));
        assertFalse(life.finish(0));
        assertEquals(Phase.FINISHING, life.close());
        assertEquals(Phase.CLOSED, life.close());
        assertEquals(List.of("first", "last"), said);
    }

    @Test
    void aNewOneHasNobodyToTell() {
        assertFalse(life.drain(() -> said.add("first")));
        assertTrue(life.stopReading());
        assertFalse(life.stopReading());
        life.keep();
        assertFalse(life.isNumbered());
        assertFalse(life.finishDraining(() -> said.add("last")));
        assertTrue(life.finish(0));
        assertEquals(List.of(), said);
    }

    @Test
    void aConnectionThatIsRefusedIsNotNotifiedOfADrain() {
        life.keep();
        assertTrue(life.stopReading());
        assertFalse(life.drain(() -> said.add("first")));
        assertFalse(life.finishDraining(() -> said.add("last")));
        assertTrue(life.finish(0));
        assertTrue(life.isNumbered());
    }

    @Test
    void nothingComesAfterTheEnd() {
        life.keep();
        assertEquals(Phase.KEPT, life.close());
        assertFalse(life.isReading());
        assertFalse(life.stopReading());
        assertFalse(life.drain(() -> said.add("first")));
        assertFalse(life.finish(0));
        assertEquals(Phase.CLOSED, life.phase());
        assertEquals(List.of(), said);
    }

    /** However many see that all is answered: one says the last word, and it is said before anybody finishes. */
    @Test
    void theLastWordIsSaidOnceAndBeforeTheConnectionIsFinished() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int round = 0; round < 5_000; round++) {
            ConnectionLifecycle stressed = new ConnectionLifecycle();
            stressed.keep();
            AtomicInteger words = new AtomicInteger();
            AtomicInteger ends = new AtomicInteger();
            Callable<Void> answered = () -> {
                stressed.finishDraining(words::incrementAndGet);
                if (stressed.finish(0)) {
                    assertEquals(2, words.get());
                    ends.incrementAndGet();
                }
                return null;
            };
            Callable<Void> drained = () -> {
                stressed.drain(words::incrementAndGet);
                return answered.call();
            };
            for (var each : threads.invokeAll(List.of(answered, drained, answered, drained))) {
                each.get(20, TimeUnit.SECONDS);
            }
            assertEquals(1, ends.get());
            assertEquals(Phase.FINISHING, stressed.phase());
        }
        threads.shutdownNow();
    }
}
