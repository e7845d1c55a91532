package org.slimta.bus.impl.exchange;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The numbers that a server had, compared with a set. */
class ForgottenNumbersTest {

    @Test
    void theSameNumbersAreThereAsInASet() {
        Random random = new Random(1);
        ForgottenNumbers numbers = new ForgottenNumbers(99);
        Set<Long> all = new HashSet<>();
        long upTo = 99;
        for (int i = 0; i < 10_000; i++) {
            long number = 100 + i / 4 + random.nextInt(300);
            if (random.nextInt(64) == 0) {
                upTo = Math.max(upTo, number - 200);
                numbers.addUpTo(number - 200);
            } else {
                all.add(number);
                numbers.add(number);
            }
            long asked = 50 + i / 4 + random.nextInt(500);
            assertTrue(numbers.contains(asked) == (asked <= upTo || all.contains(asked)), asked + " in round " + i);
        }
    }

    @Test
    void aDistantNumberRaisesTheFirstOne() {
        ForgottenNumbers numbers = new ForgottenNumbers(0);
        numbers.add(1000);
        long distant = 3L * ForgottenNumbers.MAX_SPAN;
        numbers.add(distant);
        assertTrue(numbers.contains(distant));
        assertTrue(numbers.contains(distant - ForgottenNumbers.MAX_SPAN));
        assertFalse(numbers.contains(distant - 1));
        assertFalse(numbers.contains(distant + 1));
        assertFalse(numbers.contains(Long.MAX_VALUE));
    }
}
