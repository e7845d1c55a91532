package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;

class MeterTest {

    private static BusDTO report(Meter meter) {
        BusDTO bus = new BusDTO();
        meter.report(bus);
        return bus;
    }

    @Test
    void nothingIsKnownBeforeTheFirstTransaction() {
        BusDTO bus = report(new Meter());
        assertEquals(0, bus.answered);
        assertEquals(Map.of(), bus.failed);
        assertEquals(-1, bus.latency50);
    }

    @Test
    void failuresAreCountedByTheirReasons() {
        Meter meter = new Meter();
        meter.answered(System.nanoTime());
        meter.answered(System.nanoTime());
        meter.failed(Reason.TIMEOUT);
        meter.failedAfterAll(Reason.CODEC);
        BusDTO bus = report(meter);
        assertEquals(1, bus.answered);
        assertEquals(Map.of("TIMEOUT", 1L, "CODEC", 1L), bus.failed);
    }

    @Test
    void everyDurationFallsIntoAStepWithANearbyMiddle() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong() >>> 21 + random.nextInt(40);
            double middle = Meter.middle(Meter.step(nanos));
            assertTrue(Math.abs(middle - nanos) <= Math.max(1, nanos / 15.0), nanos + " is said to be " + middle);
        }
    }

    @Test
    void stepsIncreaseWithDurations() {
        int before = -1;
        for (long nanos = 0; nanos < 100_000; nanos++) {
            int step = Meter.step(nanos);
            assertTrue(step == before || step == before + 1, "at " + nanos);
            before = step;
        }
    }

    @Test
    void quantilesTellHowLongTransactionsTook() {
        Meter meter = new Meter();
        for (int i = 0; i < 1000; i++) {
            long millis = i < 900 ? 1 : i < 995 ? 100 : 2000;
            meter.answered(System.nanoTime() - millis * 1_000_000);
        }
        BusDTO bus = report(meter);
        assertEquals(1_000, bus.latency50, 150);
        assertEquals(100_000, bus.latency99, 8_000);
        assertEquals(2_000_000, bus.latency999, 150_000);
    }
}
