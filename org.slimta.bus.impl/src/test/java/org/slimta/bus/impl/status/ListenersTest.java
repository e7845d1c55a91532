package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.CapturedLog;

/** Whoever is to hear of a change does, whatever others do. */
class ListenersTest {

    private final Listeners listeners = new Listeners("weather");

    @Test
    void oneThatFailsKeepsNobodyElseFromHearing() {
        AtomicInteger heard = new AtomicInteger();
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 10; i++) {
                listeners.add(heard::incrementAndGet);
                listeners.add(() -> {
                    throw new NoClassDefFoundError("of a bundle that has gone");
                });
            }
            listeners.tell();
            assertEquals(10, heard.get());
            log.await("What follows from a change of the weather failed");
        }
    }

    @Test
    void whoIsRemovedHearsNothingMore() {
        AtomicInteger heard = new AtomicInteger();
        Runnable listener = heard::incrementAndGet;
        listeners.add(listener);
        listeners.tell();
        listeners.remove(listener);
        listeners.tell();
        assertEquals(1, heard.get());
    }
}
