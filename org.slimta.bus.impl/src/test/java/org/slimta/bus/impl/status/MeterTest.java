package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
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
        meter.failed(Reason.TIMEOUT, Outcome.UNKNOWN, "late");
        meter.failedAfterAll(new BusException(Reason.CODEC, "not readable"));
        BusDTO bus = report(meter);
        assertEquals(1, bus.answered);
        assertEquals(Map.of("TIMEOUT", 1L, "CODEC", 1L), bus.failed);
        assertEquals("CODEC", bus.lastFailure.reason);
        assertEquals("UNKNOWN", bus.lastFailure.outcome);
        assertEquals("not readable", bus.lastFailure.message);
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

    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong(17 * SECOND);

    private void after(Meter meter, int seconds) {
        now.addAndGet(seconds * SECOND);
        meter.advance();
    }

    @Test
    void theLastMinuteForgetsWhatIsOlder() {
        Meter meter = new Meter(now::get, EnumSet.allOf(Reason.class));
        for (int i = 0; i < 300; i++) {
            meter.answered(now.get() - 50_000_000);
        }
        meter.failed(Reason.OVERLOADED, Outcome.UNKNOWN, null);
        after(meter, 5);
        BusDTO young = report(meter);
        assertEquals(5_000, young.recent.millis);
        assertEquals(60.0, young.recent.answeredPerSecond, 0.01);
        assertEquals(0.2, young.recent.failedPerSecond, 0.01);
        assertEquals(50_000, young.recent.latency50, 4_000);
        for (int i = 0; i < 12; i++) {
            meter.answered(now.get() - 1_000_000);
            after(meter, 5);
        }
        BusDTO old = report(meter);
        assertEquals(313 - 1, old.answered);
        assertEquals(60_000, old.recent.millis);
        assertEquals(12, old.recent.answered);
        assertEquals(Map.of(), old.recent.failed);
        assertEquals(1_000, old.recent.latency999, 100);
        assertEquals(50_000, old.latency50, 4_000);
    }

    @Test
    void aBusWithoutTransactionsHasNoRates() {
        Meter meter = new Meter(now::get, EnumSet.allOf(Reason.class));
        meter.answered(now.get());
        for (int i = 0; i < 14; i++) {
            after(meter, 5);
        }
        BusDTO bus = report(meter);
        assertEquals(0, bus.recent.answered);
        assertEquals(-1, bus.recent.latency50);
        assertEquals(0.0, bus.recent.answeredPerSecond);
    }

    @Test
    void whatIsSampledCountsForAll() {
        Meter meter = new Meter(now::get, EnumSet.allOf(Reason.class));
        for (int i = 0; i < 4096; i++) {
            meter.answered(now.get() - 1_000_000);
        }
        for (int i = 0; i < 100_000; i++) {
            meter.answered(now.get() - 100_000_000);
        }
        assertEquals(100_000, report(meter).latency50, 8_000, "nearly all took 100 ms");
        after(meter, 5);
        meter.answered(now.get() - 3_000_000);
        after(meter, 5);
        assertEquals(100_002 + 4_095, report(meter).answered);
    }

    @Test
    void aPeriodTellsWhetherTransactionsFailed() {
        Meter meter = new Meter(now::get, EnumSet.allOf(Reason.class));
        assertEquals(Period.NOTHING, meter.advance());
        meter.answered(now.get());
        assertEquals(Period.RESPONSES, meter.advance());
        meter.answered(now.get());
        meter.failed(Reason.TIMEOUT, Outcome.UNKNOWN, "late");
        assertEquals(Period.FAILURES, meter.advance());
        assertEquals(Period.NOTHING, meter.advance());
    }

    @Test
    void whatASenderIsResponsibleForIsNoFailureOfAServersPeriod() {
        Meter meter = new Meter(now::get, Meter.OF_THE_RECEIVER);
        meter.answered(now.get());
        meter.failed(Reason.MALFORMED, Outcome.UNKNOWN, "no XML");
        assertEquals(Period.RESPONSES, meter.advance());
        meter.failed(Reason.MALFORMED, Outcome.UNKNOWN, "no XML");
        assertEquals(Period.NOTHING, meter.advance());
        meter.failed(Reason.HANDLER, Outcome.UNKNOWN, "the disk is full");
        assertEquals(Period.FAILURES, meter.advance());
        assertEquals(Map.of("HANDLER", 1L, "MALFORMED", 2L), report(meter).recent.failed);
    }

    @Test
    void theLastResponseAndFailureAreTold() {
        Meter meter = new Meter(now::get, EnumSet.allOf(Reason.class));
        assertEquals(0, report(meter).lastAnswered);
        assertNull(report(meter).lastFailure);
        long before = System.currentTimeMillis();
        meter.answered(now.get());
        assertTrue(report(meter).lastAnswered >= before);
        meter.advance();
        meter.failed(Reason.HANDLER, Outcome.UNKNOWN, "x".repeat(10_000) + "\n");
        BusDTO bus = report(meter);
        assertTrue(bus.lastAnswered >= before);
        assertTrue(bus.lastFailure.time >= before);
        assertTrue(bus.lastFailure.message.length() < 2_100, "its length is " + bus.lastFailure.message.length());
    }
}
