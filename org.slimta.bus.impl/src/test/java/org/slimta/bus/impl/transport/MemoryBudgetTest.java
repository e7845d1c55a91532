package org.slimta.bus.impl.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.CapturedLog;

/**
 * The bytes that connections hold are counted. A connection that waits for room gets it; one that holds much and makes no
 * progress gives it up.
 */
class MemoryBudgetTest extends MemoryBudgetFixture {

    @Test
    void theLastOfTheRoomIsForThoseThatHoldLittle() {
        Fake large = new Fake().arrive(LIMIT - 2 * KIB);
        assertTrue(held.isUsedUpFor(large.onItsWay()));
        assertFalse(held.isUsedUpFor(16 * KIB));
        large.arrive(2 * KIB);
        assertTrue(held.isUsedUpFor(0));
        large.share.add(-LIMIT / 2);
        assertFalse(held.isUsedUpFor(large.onItsWay()));
        assertEquals(LIMIT / 2, held.total());
    }

    @Test
    void waitersGoOnInTheOrderOfTheirArrivalWhenThereIsRoom() {
        Fake large = new Fake().arrive(LIMIT);
        List<Fake> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(new Fake());
            held.await(waiting.get(i));
        }
        held.forget(waiting.get(1));
        large.share.add(-LIMIT / 8 - 70 * KIB); // Room for two.
        assertEquals(List.of(1, 0, 1, 0), waiting.stream().map(one -> one.goneOn).toList());
        large.share.close();
        assertEquals(List.of(1, 0, 1, 1), waiting.stream().map(one -> one.goneOn).toList());
        assertEquals(0, held.total());
    }

    @Test
    void aWaiterIsNotifiedOnceAndNotWhenItIsRemoved() {
        Fake large = new Fake().arrive(LIMIT);
        int[] told = {0, 0};
        Runnable one = () -> told[0]++;
        Runnable other = () -> told[1]++;
        held.whenThereIsRoom(one);
        held.whenThereIsRoom(one);
        held.whenThereIsRoom(other);
        held.forget(other);
        assertEquals(0, told[0]);
        large.share.add(-1);
        large.share.add(-1);
        assertEquals(1, told[0]);
        assertEquals(0, told[1]);
    }

    @Test
    void aWaiterThatFailsWhenThereIsRoomDoesNotHarmOthers() {
        Fake large = new Fake().arrive(LIMIT);
        Fake waiting = new Fake();
        held.await(waiting);
        held.whenThereIsRoom(() -> {
            throw new IllegalStateException("on purpose");
        });
        try (CapturedLog log = new CapturedLog()) {
            large.share.close();
            assertTrue(log.text().contains("on purpose"), log.text());
        }
        assertEquals(1, waiting.goneOn);
        assertEquals(0, held.total());
        assertEquals(0, large.share.own());
    }

    @Test
    void connectionsThatCouldMoveAndDoNotAreGivenUpFirst() {
        Fake small = new Fake().arrive(10 * KIB);
        Fake moving = new Fake().arrive(114 * KIB);
        Fake stuck = new Fake().arrive(100 * KIB);
        Fake more = new Fake().arrive(800 * KIB);
        small.stuck = true;
        stuck.stuck = true;
        more.stuck = true;
        held.await(moving);
        pass(Duration.ofMillis(100));
        assertEquals(1, moving.probed);
        moving.arrive(256 * KIB); // What it is lent meanwhile.
        held.await(moving);
        pass(Duration.ofMillis(400));
        assertEquals(null, more.givenUp);
        pass(Duration.ofMillis(100));
        assertTrue(more.givenUp.endsWith("this one, which holds 819200 of them, does not get on"), more.givenUp);
        assertEquals(null, stuck.givenUp, "enough is free");
        assertEquals(null, small.givenUp);
        assertEquals(2, moving.goneOn);
    }

    @Test
    void ifAllConnectionsMoveTheNewestIsGivenUp() {
        Fake first = new Fake().arrive(500 * KIB);
        Fake second = new Fake().arrive(600 * KIB);
        first.start = timer.now() - 20;
        second.start = timer.now() - 10;
        held.await(first);
        held.await(second);
        for (int i = 0; i < 4; i++) {
            assertEquals(null, second.givenUp);
            pass(Duration.ofMillis(500));
            if (i == 0) {
                first.arrive(256 * KIB); // What they are lent meanwhile.
                held.await(first);
                held.await(second);
            }
        }
        assertTrue(second.givenUp.contains("all connections hold 1388544 bytes together"), second.givenUp);
        assertEquals(null, first.givenUp);
    }

    @Test
    void noConnectionIsGivenUpForFramesThatAreWorkedOn() {
        Fake working = new Fake();
        working.share.add(LIMIT);
        Fake arriving = new Fake().arrive(100 * KIB);
        arriving.stuck = true;
        held.await(arriving);
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofMillis(500));
        }
        assertEquals(null, arriving.givenUp);
        working.share.close();
        assertEquals(1, arriving.goneOn);
        pass(Duration.ofMillis(500));
        pass(Duration.ofMillis(500));
        assertEquals(0, timer.pending(), "there is nothing to look after any more");
    }

    @Test
    void theReportHasTheHeldBytesAndWhyConnectionsAreNotRead() {
        new Fake().arrive(3 * KIB);
        new Fake().arrive(4 * KIB);
        new Fake().reads = true;
        BusDTO bus = new BusDTO();
        held.report(bus);
        assertEquals(7 * KIB, bus.heldBytes);
        assertEquals(LIMIT, bus.memoryLimit);
        assertEquals(Map.of("memory", 2, "queue-full", 2), bus.notRead);
    }
}
