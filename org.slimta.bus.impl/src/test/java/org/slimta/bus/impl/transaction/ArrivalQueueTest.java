package org.slimta.bus.impl.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;

class ArrivalQueueTest {

    private final ArrivalQueue<String, String> queue = new ArrivalQueue<>(2);

    private static final class Request extends Arrival<String, String> {

        @Override
        public ServerTransaction<String, String> open(CodecPair codecs) {
            return null;
        }

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public long arrived() {
            return 0;
        }

        @Override
        public Peer peer() {
            return null;
        }

        @Override
        public void fail(BusException failure) {}

        @Override
        public void refuse(BusException failure) {}

        @Override
        public void abandon(BusException failure) {}
    }

    private Request add() {
        assertTrue(queue.takePlace());
        Request added = new Request();
        queue.add(added);
        return added;
    }

    @Test
    void thereAreAsManyPlacesAsTheCapacity() {
        add();
        assertFalse(queue.isFull());
        add();
        assertTrue(queue.isFull());
        assertFalse(queue.takePlace());
        assertEquals(2, queue.size());
    }

    @Test
    void aPlaceIsFreeWhenItsArrivalIsTaken() {
        Request first = add();
        add();
        assertSame(first, queue.poll());
        assertTrue(queue.takePlace());
    }

    @Test
    void aPlaceIsFreeOnceWhenItsArrivalIsTakenOutAgain() {
        Request first = add();
        add();
        assertTrue(queue.remove(first));
        assertFalse(queue.remove(first));
        assertEquals(1, queue.size());
        assertTrue(queue.takePlace());
        assertFalse(queue.takePlace());
    }

    @Test
    void whatIsPutBackComesFirstAndNeedsNoPlace() {
        Request first = add();
        Request second = add();
        queue.poll();
        Request third = add();
        queue.putBack(first);
        assertTrue(queue.isFull());
        assertEquals(3, queue.size());
        assertSame(first, queue.peek());
        assertSame(first, queue.pollReturned());
        assertNull(queue.pollReturned());
        assertSame(second, queue.poll());
        assertSame(third, queue.poll());
        assertTrue(queue.isEmpty());
    }

    @Test
    void aSmallerCapacityLeavesThoseThatWait() {
        add();
        add();
        queue.setCapacity(1);
        queue.poll();
        assertTrue(queue.isFull());
        queue.poll();
        assertTrue(queue.takePlace());
    }

    @Test
    void clearedItHasAllItsPlaces() {
        Request first = add();
        add();
        queue.putBack(first);
        queue.clear();
        assertTrue(queue.isEmpty());
        assertFalse(queue.hasNew());
        assertTrue(queue.takePlace());
        assertTrue(queue.takePlace());
    }
}
