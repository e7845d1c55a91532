package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.CapturedLog;

/** A client whose transactions begin to fail, and work again. */
class TransactionHealthTest {

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong();
    private final TransactionHealth health =
            new TransactionHealth(() -> "relay", BusLog.of("client", "health-test"), now::get);

    private void fail(Reason reason) {
        health.failed(reason, "bus relay, peer 127.0.0.1:4025: no response within 5000 ms");
    }

    private static long count(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).count();
    }

    @Test
    void aClientWorksAtFirst() {
        assertEquals(0, health.failingSince());
        health.advance(Period.NOTHING);
        health.advance(Period.RESPONSES);
        assertEquals(0, health.failingSince());
    }

    @Test
    void theFirstFailureIsLoggedWithItsReasonAndTheOthersAreCounted() {
        long before = System.currentTimeMillis();
        try (CapturedLog log = new CapturedLog()) {
            fail(Reason.TIMEOUT);
            assertTrue(log.text().contains("TIMEOUT"), log.text());
            assertTrue(log.text().contains("peer 127.0.0.1:4025: no response within 5000 ms"), log.text());
            assertTrue(log.text().contains("org.slimta.bus.client.health-test"), log.text());
            assertTrue(health.failingSince() >= before);
            fail(Reason.TIMEOUT);
            fail(Reason.TIMEOUT);
            now.addAndGet(34 * SECOND);
            health.advance(Period.RESPONSES);
            assertEquals(1, count(log.text(), "begin to fail"));
            assertTrue(log.text().contains("bus relay: transactions work again; 3 failed within 34 s"), log.text());
        }
        assertEquals(0, health.failingSince());
    }

    @Test
    void aClientThatFailsAndWorksInTurnsStaysFailing() {
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 100; i++) {
                fail(Reason.TIMEOUT);
                health.advance(i % 2 == 0 ? Period.FAILURES : Period.NOTHING);
            }
            assertEquals(1, log.text().lines().count(), log.text());
        }
        assertTrue(health.failingSince() > 0);
    }

    @Test
    void aFailureAfterItWorkedIsLoggedAgain() {
        try (CapturedLog log = new CapturedLog()) {
            fail(Reason.TIMEOUT);
            health.advance(Period.RESPONSES);
            fail(Reason.TIMEOUT);
            assertEquals(2, count(log.text(), "begin to fail"));
        }
    }

    @Test
    void anotherReasonIsLogged() {
        try (CapturedLog log = new CapturedLog()) {
            fail(Reason.HANDLER);
            fail(Reason.HANDLER);
            fail(Reason.CONNECT);
            fail(Reason.CONNECT);
            assertEquals(2, log.text().lines().count(), log.text());
            assertTrue(log.text().contains("fail for another reason now (CONNECT)"), log.text());
        }
    }

    @Test
    void reasonsThatChangeAllTheTimeDoNotFillTheLog() {
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 1000; i++) {
                fail(i % 2 == 0 ? Reason.HANDLER : Reason.CONNECT);
            }
            assertEquals(20, log.text().lines().count(), log.text());
        }
    }

    @Test
    void everyTenMinutesItIsLoggedThatTheyStillFail() {
        try (CapturedLog log = new CapturedLog()) {
            fail(Reason.TIMEOUT);
            for (int i = 0; i < 1201; i += 5) {
                fail(Reason.TIMEOUT);
                now.addAndGet(5 * SECOND);
                health.advance(Period.FAILURES);
            }
            assertEquals(2, count(log.text(), "transactions still fail (TIMEOUT)"), log.text());
        }
    }
}
