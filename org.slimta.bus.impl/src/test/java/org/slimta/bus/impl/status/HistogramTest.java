package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void everyDurationFallsIntoAStepWithANearbyMiddle() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong() >>> 21 + random.nextInt(40);
            double middle = Histogram.middle(Histogram.step(nanos));
            assertTrue(Math.abs(middle - nanos) <= Math.max(1, nanos / 15.0), nanos + " is said to be " + middle);
        }
    }

    @Test
    void stepsIncreaseWithDurations() {
        int before = -1;
        for (long nanos = 0; nanos < 100_000; nanos++) {
            int step = Histogram.step(nanos);
            assertTrue(step == before || step == before + 1, "at " + nanos);
            before = step;
        }
    }

    @Test
    void anEmptyHistogramHasNoQuantiles() {
        assertEquals(-1, new Histogram().snapshot().micros(0.5));
    }

    @Test
    void aLaterSnapshotTellsWhatCameSince() {
        Histogram histogram = new Histogram();
        histogram.add(1_000_000, 10);
        Histogram.Snapshot before = histogram.snapshot();
        histogram.add(1_000, 3);
        histogram.add(9_000_000_000L, 2);
        Histogram.Snapshot since = histogram.snapshot().since(before);
        assertEquals(1, since.micros(0.5));
        assertEquals(9_000_000, since.micros(0.999), 600_000);
        assertEquals(1_000, histogram.snapshot().micros(0.5), 70);
        assertEquals(-1, histogram.snapshot().since(histogram.snapshot()).micros(0.5));
    }
}
