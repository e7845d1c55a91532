package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.CapturedLog;

/** Each listener is notified of a change, whatever the others do. */
class ListenersTest {

    private final Listeners listeners = new Listeners("weather");

    @Test
    void aListenerThatFailsDoesNotAffectTheOthers() {
        AtomicInteger notified = new AtomicInteger();
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 10; i++) {
                listeners.add(notified::incrementAndGet);
                listeners.add(() -> {
                    throw new NoClassDefFoundError("of a bundle that has gone");
                });
            }
            listeners.notifyListeners();
            assertEquals(10, notified.get());
            log.await("A listener failed after a change of the weather");
        }
    }

    @Test
    void aListenerThatWasRemovedIsNotNotified() {
        AtomicInteger notified = new AtomicInteger();
        Runnable listener = notified::incrementAndGet;
        listeners.add(listener);
        listeners.notifyListeners();
        listeners.remove(listener);
        listeners.notifyListeners();
        assertEquals(1, notified.get());
    }
}
