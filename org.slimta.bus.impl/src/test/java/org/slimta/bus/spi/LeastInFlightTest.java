package org.slimta.bus.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The least busy server is chosen, of those that can be. */
class LeastInFlightTest {

    private static final Map<String, Integer> IN_FLIGHT = Map.of("a", 3, "b", 1, "c", 2, "d", 1);

    private static String choose(String but, String... servers) {
        return LeastInFlight.choose(List.of(servers), each -> !each.equals(but), IN_FLIGHT::get);
    }

    @Test
    void theOneWithTheFewestInFlightIsChosenWhereverItIs() {
        for (int i = 0; i < 100; i++) {
            assertEquals("b", choose("", "a", "b", "c"));
            assertEquals("b", choose("", "b", "c", "a"));
            assertEquals("c", choose("b", "a", "b", "c"));
        }
    }

    @Test
    void eachOfSeveralIsChosenAtTimes() {
        Set<String> chosen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            chosen.add(choose("", "b", "d", "a"));
        }
        assertEquals(Set.of("b", "d"), chosen);
    }

    @Test
    void noneIsChosenIfNoneCanBe() {
        assertNull(choose(""));
        assertNull(choose("a", "a"));
    }
}
