package org.slimta.bus.impl.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.transaction.Inbox.Offer;

/** What a server has taken in: a bounded queue, each taken once, and all of it comes to its end. */
class InboxTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final Failures failures = new Failures(() -> "test");
    private final AtomicInteger room = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final Inbox<String, String> inbox = new Inbox<>(2, failures, new Inbox.Watcher() {
        @Override
        public void onRoom() {
            room.incrementAndGet();
        }

        @Override
        public void onIdle() {
            idle.incrementAndGet();
        }
    });

    /** A request that is taken for its own transaction. */
    private static class Request extends Arrival<String, String> {

        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicReference<BusException> failure = new AtomicReference<>();
        private volatile boolean over;
        private volatile long arrived = System.nanoTime();

        @Override
        @SuppressWarnings("unchecked")
        public ServerTransaction<String, String> open(CodecPair codecs) throws InterruptedException {
            opened.incrementAndGet();
            return over
                    ? null
                    : (ServerTransaction<String, String>) Proxy.newProxyInstance(
                            InboxTest.class.getClassLoader(),
                            new Class<?>[] {ServerTransaction.class},
                            (self, method, values) ->
                                    method.getName().equals("hashCode") ? System.identityHashCode(self) : null);
        }

        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public long arrived() {
            return arrived;
        }

        @Override
        public Peer peer() {
            throw new AssertionError("an inbox does not ask for the client");
        }

        @Override
        public void fail(BusException why) {
            refuse(why);
        }

        @Override
        public void refuse(BusException why) {
            failure.set(why);
            over = true;
        }

        @Override
        public void abandon(BusException why) {
            refuse(why);
        }
    }

    @Test
    void isBounded() {
        assertEquals(Offer.TAKEN, inbox.offer(new Request()));
        assertEquals(Offer.TAKEN, inbox.offer(new Request()));
        assertTrue(inbox.isFull());
        assertEquals(Offer.FULL, inbox.offer(new Request()));
        inbox.setCapacity(3);
        assertEquals(1, room.get());
        assertEquals(Offer.TAKEN, inbox.offer(new Request()));
        assertEquals(3, inbox.size());
    }

    @Test
    void givesThemInTheirOrderAndThoseThatWerePutBackFirst() {
        Request first = new Request();
        Request second = new Request();
        inbox.offer(first);
        inbox.offer(second);
        assertSame(first, inbox.tryTake());
        inbox.putBack(first);
        assertEquals(2, inbox.size());
        assertSame(first, inbox.tryTake());
        assertSame(second, inbox.tryTake());
        assertNull(inbox.tryTake());
        assertEquals(1, idle.get());
        assertTrue(inbox.isEmpty());
    }

    @Test
    void takesNothingInThatIsOver() {
        Request over = new Request();
        over.over = true;
        assertEquals(Offer.OVER, inbox.offer(over));
        assertTrue(inbox.isEmpty());
    }

    @Test
    void whatIsOverWhenItsTurnComesIsLeftOut() throws Exception {
        Request gone = new Request();
        Request next = new Request();
        inbox.offer(gone);
        inbox.offer(next);
        gone.over = true;
        inbox.take(LONG);
        assertEquals(1, next.opened.get());
    }

    @Test
    void aSenderThatWaitsForRoomGetsItsPlace() throws Exception {
        inbox.offer(new Request());
        inbox.offer(new Request());
        AtomicReference<Offer> offer = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                offer.set(inbox.offer(new Request(), LONG));
            } catch (InterruptedException e) {
                // Not here.
            }
        });
        waiting.start();
        Await.state(waiting, Thread.State.TIMED_WAITING);
        inbox.take(LONG);
        waiting.join();
        assertEquals(Offer.TAKEN, offer.get());
    }

    @Test
    void aReceiverThatWaitsIsNotifiedThatTheInboxIsClosed() throws Exception {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Thread waiting = new Thread(() -> seen.set(assertThrows(BusException.class, () -> inbox.take(LONG))));
        waiting.start();
        Await.state(waiting, Thread.State.TIMED_WAITING);
        inbox.stop();
        waiting.join();
        assertEquals(Reason.CLOSED, ((BusException) seen.get()).reason());
        assertEquals(Offer.CLOSED, inbox.offer(new Request()));
    }

    @Test
    void absurdTimesAreNoMoreThanThat() throws Exception {
        assertEquals(
                Reason.TIMEOUT,
                assertThrows(BusException.class, () -> inbox.take(Duration.ofSeconds(Long.MIN_VALUE)))
                        .reason());
        inbox.offer(new Request());
        inbox.take(Duration.ofSeconds(Long.MAX_VALUE));
        inbox.offer(new Request());
        inbox.offer(new Request());
        assertEquals(Offer.FULL, inbox.offer(new Request(), Duration.ofSeconds(Long.MIN_VALUE)));
        inbox.close(Duration.ofSeconds(Long.MIN_VALUE));
    }

    @Test
    void closingWaitsForWhatWasTakenAndFailsTheRest() throws Exception {
        Request answered = new Request();
        Request forgotten = new Request();
        inbox.offer(answered);
        inbox.offer(forgotten);
        inbox.tryTake();
        Thread closing = new Thread(() -> inbox.close(Duration.ofMillis(200)));
        closing.start();
        Await.state(closing, Thread.State.TIMED_WAITING);
        inbox.settled(answered);
        closing.join();
        assertNull(answered.failure.get());
        assertEquals(Reason.CLOSED, forgotten.failure.get().reason());
    }

    @Test
    void closingEndsAsSoonAsAllIsSettled() throws Exception {
        Request last = new Request();
        inbox.offer(last);
        Thread closing = new Thread(() -> inbox.close(Duration.ofDays(1)));
        closing.start();
        Await.state(closing, Thread.State.TIMED_WAITING);
        inbox.settled(last);
        closing.join(TimeUnit.SECONDS.toMillis(20));
        assertFalse(closing.isAlive());
    }

    @Test
    void takesOnlyWhatHasWaitedForLong() {
        Request old = new Request();
        old.arrived = 100;
        Request young = new Request();
        young.arrived = 300;
        inbox.offer(old);
        inbox.offer(young);
        assertSame(old, inbox.tryTakeIfBefore(200));
        assertNull(inbox.tryTakeIfBefore(200));
        assertEquals(1, inbox.size());
    }

    /** Senders, receivers and one that puts back, and then a close: each request is opened, or given up. */
    @Test
    void noneIsLostOrTakenTwiceWhateverHappensAtOnce() throws Exception {
        Inbox<String, String> stressed = new Inbox<>(10, failures, new Inbox.Watcher() {});
        int senders = 3;
        int each = 10_000;
        List<Request> taken = java.util.Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            threads.add(new Thread(() -> {
                try {
                    for (int i = 0; i < each; i++) {
                        Request request = new Request();
                        if (stressed.offer(request, LONG) == Offer.TAKEN) {
                            taken.add(request);
                        }
                    }
                } catch (InterruptedException e) {
                    // Not here.
                }
            }));
        }
        AtomicInteger received = new AtomicInteger();
        List<Thread> receivers = new ArrayList<>();
        for (int r = 0; r < 2; r++) {
            receivers.add(new Thread(() -> {
                while (!over.get() || !stressed.isEmpty()) {
                    try {
                        stressed.take(Duration.ofMillis(50));
                        received.incrementAndGet();
                    } catch (BusException e) {
                        // There is nothing at the moment.
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }));
        }
        Thread meddling = new Thread(() -> {
            while (!over.get()) {
                Arrival<String, String> arrival = stressed.tryTake();
                if (arrival != null) {
                    stressed.putBack(arrival);
                }
                Thread.yield();
            }
        });
        threads.forEach(Thread::start);
        receivers.forEach(Thread::start);
        meddling.start();
        for (Thread thread : threads) {
            thread.join();
        }
        over.set(true);
        meddling.join();
        for (Thread thread : receivers) {
            thread.join();
        }
        Arrival<String, String> rest;
        while ((rest = stressed.tryTake()) != null) {
            rest.open(null);
            received.incrementAndGet();
        }
        assertEquals(senders * each, taken.size());
        assertEquals(senders * each, received.get());
        assertTrue(taken.stream().allMatch(request -> request.opened.get() == 1));
        assertEquals(senders * each, stressed.unsettledCount());
        taken.forEach(stressed::settled);
        assertEquals(0, stressed.unsettledCount());
    }
}
