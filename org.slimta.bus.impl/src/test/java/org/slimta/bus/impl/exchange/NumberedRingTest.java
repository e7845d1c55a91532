package org.slimta.bus.impl.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values by numbers that rise, or that a client has chosen to do harm. */
@Timeout(60)
class NumberedRingTest {

    private final NumberedRing<String> ring = new NumberedRing<>();

    private List<String> removedUpTo(long last) {
        List<String> removed = new ArrayList<>();
        ring.removeUpTo(last, removed::add);
        return removed;
    }

    @Test
    void itDoesTheSameAsAMap() {
        Random random = new Random(4);
        TreeMap<Long, String> map = new TreeMap<>();
        long next = 1;
        for (int i = 0; i < 20_000; i++) {
            int action = random.nextInt(10);
            if (action < 6) {
                next += random.nextInt(50) == 0 ? random.nextInt(100_000) : 1 + random.nextInt(3);
                ring.put(next, "v" + next);
                map.put(next, "v" + next);
            } else if (action < 9) {
                long number = next - random.nextInt(200);
                assertEquals(map.get(number), ring.get(number));
                assertEquals(map.remove(number), ring.remove(number));
            } else if (random.nextInt(5) == 0) {
                long last = next - random.nextInt(500);
                List<String> expected = new ArrayList<>(map.headMap(last, true).values());
                map.headMap(last, true).clear();
                assertEquals(
                        expected,
                        removedUpTo(last).stream().sorted(this::byNumber).toList());
            }
            assertEquals(map.size(), ring.size());
        }
        List<String> all = new ArrayList<>();
        ring.forEach(all::add);
        assertEquals(
                List.copyOf(map.values()), all.stream().sorted(this::byNumber).toList());
    }

    private int byNumber(String one, String other) {
        return Long.compare(Long.parseLong(one.substring(1)), Long.parseLong(other.substring(1)));
    }

    @Test
    void numbersAtTheEndOfTheirRangeAreRemoved() {
        ring.put(1, "a");
        assertEquals(List.of("a"), removedUpTo(Long.MAX_VALUE - 9));
        ring.put(Long.MAX_VALUE, "b");
        assertEquals(List.of("b"), removedUpTo(Long.MAX_VALUE));
        assertNull(ring.get(Long.MAX_VALUE));
        assertEquals(0, ring.size());
    }

    /** Otherwise many clients with two requests each would use much memory. */
    @Test
    void aFewValuesWithDistantNumbersUseLittleMemory() {
        for (int i = 0; i < 10; i++) {
            ring.put(1 + ((long) i << 20), "v" + i);
        }
        assertTrue(ring.places() <= 256, ring.places() + " places");
        assertEquals("v9", ring.get(1 + (9L << 20)));
        assertEquals(10, removedUpTo(Long.MAX_VALUE).size());
    }
}
