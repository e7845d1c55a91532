package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.concurrent.ManualTimer;

/** The race of addresses, with attempts that a test ends as it likes, and time that it moves. */
@Timeout(60)
class ConnectionOpeningTest {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final ManualTimer timer = new ManualTimer();
    private final List<Trial> trials = new ArrayList<>();
    private final List<Trial> winners = new ArrayList<>();
    private final List<BusException> failures = new ArrayList<>();
    private BiConsumer<List<InetSocketAddress>, Throwable> answer;
    private int cancelledLookups;
    private final ConnectionOpening<Trial> opening = new ConnectionOpening<>(
            timer.now(),
            whenKnown -> {
                answer = whenKnown;
                return () -> cancelledLookups++;
            },
            Trial::new,
            new ConnectionOpening.Listener<>() {
                @Override
                public void onReady(Trial winner) {
                    winners.add(winner);
                }

                @Override
                public void onFailed(BusException failure) {
                    failures.add(failure);
                }
            },
            Runnable::run,
            timer::after);

    private final class Trial implements ConnectionOpening.Attempt {

        private final InetSocketAddress address;
        private final ConnectionOpening.Outcome<Trial> outcome;
        private boolean abandoned;
        private int looks;

        Trial(InetSocketAddress address, ConnectionOpening.Outcome<Trial> outcome) {
            this.address = address;
            this.outcome = outcome;
        }

        @Override
        public void start() {
            trials.add(this);
        }

        @Override
        public void checkTimeouts(long now) {
            looks++;
        }

        @Override
        public void abandon() {
            abandoned = true;
        }

        void ready() {
            outcome.ready(this);
        }

        void fail(Reason reason) {
            outcome.failed(this, new BusException(reason, this + " failed"));
        }

        @Override
        public String toString() {
            return "address " + address.getPort();
        }
    }

    private void start(int count) {
        opening.start();
        List<InetSocketAddress> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(InetSocketAddress.createUnresolved("server.example", i));
        }
        answer.accept(all, null);
    }

    private void pass(long millis) {
        timer.advance(Duration.ofMillis(millis));
        opening.checkTimeouts(timer.now(), CONNECT_TIMEOUT);
    }

    @Test
    void theNextAddressIsTriedBesideTheOneBeforeAfterADelay() {
        start(3);
        assertEquals("[address 1]", trials.toString());
        pass(249);
        assertEquals(1, trials.size());
        pass(1);
        assertEquals("[address 1, address 2]", trials.toString());
        assertFalse(trials.get(0).abandoned);
        pass(250);
        assertEquals(3, trials.size());
        trials.get(1).ready();
        assertSame(trials.get(1), winners.get(0));
        assertTrue(trials.get(0).abandoned && trials.get(2).abandoned);
        assertFalse(trials.get(1).abandoned);
        assertEquals(List.of(), failures);
    }

    @Test
    void theNextAddressIsTriedAtOnceWhenTheOneBeforeHasFailed() {
        start(3);
        trials.get(0).fail(Reason.CONNECT);
        assertEquals(2, trials.size());
        pass(200);
        trials.get(1).fail(Reason.CONNECT);
        assertEquals(3, trials.size());
        trials.get(2).ready();
        pass(1000);
        assertEquals(3, trials.size());
        assertEquals(1, winners.size());
    }

    @Test
    void aDelayThatBeganBeforeAFailureDoesNotCountForTheNext() {
        start(4);
        pass(200);
        trials.get(0).fail(Reason.CONNECT);
        pass(50); // The delay of the first would be over.
        assertEquals(2, trials.size());
        pass(200);
        assertEquals(3, trials.size());
    }

    @Test
    void allFailuresAreReportedWhenNoAddressIsLeft() {
        start(2);
        pass(250);
        trials.get(0).fail(Reason.CONNECT);
        assertEquals(List.of(), failures);
        trials.get(1).fail(Reason.CONNECT);
        assertEquals(
                "cannot connect to any of its 2 addresses: address 1 failed; address 2 failed",
                failures.get(0).getMessage());
        assertEquals(Reason.CONNECT, failures.get(0).reason());
    }

    @Test
    void theFailureOfAnOnlyAddressIsReportedAsItIs() {
        start(1);
        trials.get(0).fail(Reason.OVERLOADED);
        assertEquals("address 1 failed", failures.get(0).getMessage());
        assertEquals(Reason.OVERLOADED, failures.get(0).reason());
        assertEquals(0, timer.pending(), "nothing is left to be done");
    }

    @Test
    void oneTimeLimitIsForAll() {
        start(2);
        pass(250);
        trials.get(0).fail(Reason.CONNECT);
        pass(CONNECT_TIMEOUT.toMillis() - 250);
        assertEquals(List.of(), failures);
        pass(1);
        assertEquals(
                "no connection within 10000 ms (connectTimeout): tried address 1, address 2; address 1 failed",
                failures.get(0).getMessage());
        assertTrue(trials.get(1).abandoned);
        trials.get(1).ready();
        assertEquals(List.of(), winners);
    }

    @Test
    void aLookupThatHangsEndsInTimeToo() {
        opening.start();
        pass(CONNECT_TIMEOUT.toMillis() + 1);
        assertTrue(failures.get(0).getMessage().contains("looking up the host name took longer"), failures.toString());
        assertEquals(1, cancelledLookups);
        answer.accept(List.of(InetSocketAddress.createUnresolved("a", 1)), null);
        assertEquals(List.of(), trials, "an answer that comes late is of no use");
    }

    @Test
    void whatIsNeededBeforeCountsAsWell() {
        pass(CONNECT_TIMEOUT.toMillis() + 1);
        assertTrue(failures.get(0).getMessage().contains("certificates"), failures.toString());
        opening.start();
        assertNull(answer);
    }

    @Test
    void anUnknownNameIsReported() {
        opening.start();
        answer.accept(null, new UnknownHostException("a"));
        assertEquals(Reason.CONNECT, failures.get(0).reason());
        assertTrue(failures.get(0).getMessage().contains("the host name is unknown"), failures.toString());
    }

    @Test
    void aCancelledOpeningNotifiesNobodyAndLeavesNothing() {
        start(3);
        pass(250);
        assertTrue(opening.cancel());
        assertFalse(opening.cancel());
        assertTrue(trials.get(0).abandoned && trials.get(1).abandoned);
        trials.get(0).fail(Reason.CONNECT);
        trials.get(1).ready();
        pass(20_000);
        assertEquals(2, trials.size());
        assertEquals(List.of(), failures);
        assertEquals(List.of(), winners);
    }

    @Test
    void attemptsAreLookedAtWhileTheyRun() {
        start(2);
        pass(1);
        assertEquals(1, trials.get(0).looks);
        trials.get(0).ready();
        pass(1);
        assertEquals(1, trials.get(0).looks);
    }

    @Test
    void ofTheConnectionsThatAreReadyAtOnceOneWins() throws Exception {
        for (int round = 0; round < 500; round++) {
            AtomicInteger won = new AtomicInteger();
            List<Trial> racing = new ArrayList<>();
            ConnectionOpening<Trial> race = new ConnectionOpening<>(
                    0,
                    whenKnown -> {
                        whenKnown.accept(
                                List.of(
                                        InetSocketAddress.createUnresolved("a", 1),
                                        InetSocketAddress.createUnresolved("a", 2)),
                                null);
                        return () -> {};
                    },
                    (address, outcome) -> {
                        Trial made = new Trial(address, outcome);
                        racing.add(made);
                        return made;
                    },
                    new ConnectionOpening.Listener<>() {
                        @Override
                        public void onReady(Trial winner) {
                            won.incrementAndGet();
                        }

                        @Override
                        public void onFailed(BusException failure) {
                            won.addAndGet(100);
                        }
                    },
                    Runnable::run,
                    (delay, task) -> task.run());
            race.start();
            CyclicBarrier barrier = new CyclicBarrier(3);
            List<Thread> threads = new ArrayList<>();
            for (Runnable each : List.<Runnable>of(racing.get(0)::ready, racing.get(1)::ready, race::cancel)) {
                Thread thread = new Thread(() -> {
                    try {
                        barrier.await(20, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    each.run();
                });
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            long kept = racing.stream().filter(each -> !each.abandoned).count();
            assertEquals(won.get(), kept, "the one that has won is kept, and no other");
            assertTrue(won.get() <= 1);
        }
    }
}
