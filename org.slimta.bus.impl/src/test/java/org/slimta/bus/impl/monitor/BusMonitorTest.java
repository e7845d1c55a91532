package org.slimta.bus.impl.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.status.BusInventory;

/** When the buses of a provider are looked at. */
class BusMonitorTest {

    private final ManualTimer timer = new ManualTimer();
    private final BusInventory buses = new BusInventory();
    private final AtomicInteger observed = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final FakeBus bus = new FakeBus("relay");
    private boolean broken;

    private final BusMonitor monitor = new BusMonitor(timer, Runnable::run, buses, List.of(new BusObserver() {
        @Override
        public void observe() {
            observed.incrementAndGet();
            if (broken) {
                throw new IllegalStateException("an observer that fails");
            }
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }));

    @AfterEach
    void close() {
        monitor.close();
    }

    private void second(int expected) {
        timer.advance(Duration.ofSeconds(1));
        assertEquals(expected, observed.get());
    }

    @Test
    void withoutBusesNothingIsDone() {
        assertEquals(0, timer.pending());
    }

    @Test
    void aNewBusIsSeenSoonAndStatisticsAdvanceEveryFiveSeconds() {
        buses.add(bus, null, null);
        timer.advance(Duration.ofMillis(100));
        assertEquals(1, observed.get());
        for (int i = 2; i <= 11; i++) {
            second(i);
        }
        assertEquals(2, bus.periods, "after ten seconds");
    }

    @Test
    void withoutBusesItRests() {
        buses.add(bus, null, null);
        second(1);
        bus.closed = true;
        second(2);
        assertEquals(0, timer.pending());
        buses.add(new FakeBus("other"), null, null);
        assertEquals(1, timer.pending());
    }

    @Test
    void anObserverThatFailsIsCalledAgain() {
        broken = true;
        buses.add(bus, null, null);
        second(1);
        second(2);
        assertEquals(0, closed.get());
    }

    @Test
    void closingEndsIt() {
        buses.add(bus, null, null);
        second(1);
        monitor.close();
        timer.advance(Duration.ofSeconds(10));
        assertEquals(1, observed.get());
        assertEquals(1, closed.get());
    }
}
