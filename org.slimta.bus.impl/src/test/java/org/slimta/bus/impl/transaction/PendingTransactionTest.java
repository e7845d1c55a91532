package org.slimta.bus.impl.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.fixture.Await;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.status.TransactionHealth;

/** How a transaction of a client ends: once, in its time, and whatever its owner's code does. */
class PendingTransactionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ManualTimer timer = new ManualTimer();
    private final Threads threads = new Threads();
    private final BusThreads busThreads = threads.newBusThreads("test", 4);
    private final Failures failures = new Failures(() -> "test");
    private final PendingTransactions home =
            new PendingTransactions(failures, timer, new TransactionHealth(() -> "test", BusLog.of("client", "test")));
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        busThreads.close();
        threads.close();
    }

    private PendingTransaction<String> begin(Duration timeout) {
        PendingTransaction<String> transaction = new PendingTransaction<>(
                home, failures, "peer", TimeLimit.of(timeout, CappedClient.NO_CAP), busThreads);
        assertTrue(home.add(transaction));
        return transaction;
    }

    private PendingTransaction<String> begin() {
        return begin(TIMEOUT);
    }

    private static List<String> get(PendingTransaction<String> transaction) throws Exception {
        return transaction.response().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Reason reasonOf(PendingTransaction<String> transaction) {
        Throwable failure =
                assertThrows(ExecutionException.class, () -> get(transaction)).getCause();
        return ((BusException) failure).reason();
    }

    private void block() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void endsOnce() throws Exception {
        PendingTransaction<String> transaction = begin();
        assertTrue(transaction.answer(() -> List.of("a")));
        assertFalse(transaction.answer(() -> List.of("b")));
        assertFalse(transaction.fail(failures.closed()));
        assertEquals(List.of("a"), transaction.recvResponse());
        assertEquals(List.of("a"), get(transaction));
        assertSame(transaction.recvResponse(), transaction.recvResponse());
    }

    @Test
    void isUnpackedOnceAndByNoneThatBringsIt() throws Exception {
        PendingTransaction<String> transaction = begin();
        AtomicInteger unpacked = new AtomicInteger();
        List<Thread> by = new ArrayList<>();
        var stage = transaction.response().toCompletableFuture();
        transaction.answer(() -> {
            unpacked.incrementAndGet();
            by.add(Thread.currentThread());
            return List.of("a");
        });
        assertEquals(List.of("a"), stage.get(20, TimeUnit.SECONDS));
        assertEquals(List.of("a"), transaction.recvResponse());
        assertEquals(1, unpacked.get());
        assertTrue(by.get(0) != Thread.currentThread());
    }

    @Test
    void isOverExactlyAtItsTime() {
        PendingTransaction<String> later = begin(Duration.ofSeconds(20));
        PendingTransaction<String> first = begin(Duration.ofSeconds(2));
        timer.advance(Duration.ofMillis(1999));
        assertFalse(first.isDone());
        timer.advance(Duration.ofMillis(2));
        assertTrue(first.isDone());
        assertEquals(Reason.TIMEOUT, reasonOf(first));
        assertFalse(later.isDone());
        timer.advance(Duration.ofSeconds(18));
        assertTrue(later.isDone());
        assertTrue(home.isEmpty());
        timer.advance(Duration.ofHours(1));
        assertEquals(0, timer.pending());
    }

    private PendingTransaction<String> capped(long mostNanos) {
        return new PendingTransaction<>(home, failures, "peer", TimeLimit.of(TIMEOUT, mostNanos), busThreads);
    }

    private static String messageOf(PendingTransaction<String> transaction) {
        return assertThrows(ExecutionException.class, () -> get(transaction))
                .getCause()
                .getMessage();
    }

    @Test
    void aTransactionWithLessTimeThanTheOptionEndsThen() {
        PendingTransaction<String> transaction = capped(TimeUnit.SECONDS.toNanos(1));
        assertFalse(transaction.failIfUsedUp());
        assertTrue(home.add(transaction));
        timer.advance(Duration.ofMillis(999));
        assertFalse(transaction.isDone());
        timer.advance(Duration.ofMillis(2));
        assertEquals(Reason.TIMEOUT, reasonOf(transaction));
        assertEquals(
                "bus test, peer peer: no response within 1000 ms (remaining responseTimeout of the"
                        + " client whose request was forwarded)",
                messageOf(transaction));
    }

    @Test
    void aTransactionWithMoreTimeThanTheOptionHasTheTimeOfTheOption() {
        PendingTransaction<String> transaction = capped(TIMEOUT.toNanos() + 1);
        assertTrue(home.add(transaction));
        timer.advance(TIMEOUT);
        assertTrue(messageOf(transaction).endsWith("(responseTimeout)"), messageOf(transaction));
    }

    @Test
    void aTransactionWithoutTimeIsNeverPending() {
        PendingTransaction<String> transaction = capped(0);
        assertTrue(transaction.failIfUsedUp());
        assertEquals(Reason.EXPIRED, reasonOf(transaction));
        assertTrue(home.isEmpty());
        assertEquals(1, home.meter().failures(Reason.EXPIRED));
    }

    @Test
    void aTimeOutNeedsNoThreadThatCodeOfUsersHolds() {
        for (int i = 0; i < 8; i++) {
            PendingTransaction<String> blocking = begin();
            blocking.response().thenRun(this::block);
            blocking.answer(() -> List.of("a"));
        }
        PendingTransaction<String> waiting = begin(Duration.ofSeconds(5));
        var stage = waiting.response().toCompletableFuture();
        timer.advance(Duration.ofSeconds(6));
        ExecutionException failure = assertThrows(ExecutionException.class, () -> stage.get(20, TimeUnit.SECONDS));
        assertEquals(Reason.TIMEOUT, ((BusException) failure.getCause()).reason());
    }

    /** Otherwise whoever sends again in a callback, or after waiting, would find no room. */
    @Test
    void nobodyLearnsOfItsEndBeforeThat() throws Exception {
        PendingTransaction<String> transaction = begin();
        List<Boolean> known = new ArrayList<>();
        transaction.whenEnded(
                () -> known.add(transaction.response().toCompletableFuture().isDone()));
        assertTrue(transaction.fail(failures.closed()));
        PendingTransaction<String> answered = begin();
        answered.whenEnded(
                () -> known.add(answered.response().toCompletableFuture().isDone()));
        assertTrue(answered.succeed(List.of("a"), Headers.none()));
        assertEquals(List.of(false, false), known);
        assertEquals(List.of("a"), get(answered));
        assertEquals(Reason.CLOSED, reasonOf(transaction));
    }

    @Test
    void aStageWhoseCodecNeverReturnsEndsAllTheSame() throws Exception {
        PendingTransaction<String> transaction = begin();
        var stage = transaction.response().toCompletableFuture();
        PendingTransaction<String> later = begin();
        for (PendingTransaction<String> each : List.of(transaction, later)) {
            each.answer(() -> {
                block();
                return List.of("too late");
            });
        }
        var laterStage = later.response().toCompletableFuture();
        timer.advance(TIMEOUT.plus(TIMEOUT).plusMillis(1));
        for (var each : List.of(stage, laterStage)) {
            ExecutionException failure = assertThrows(ExecutionException.class, () -> each.get(20, TimeUnit.SECONDS));
            assertEquals(Reason.TIMEOUT, ((BusException) failure.getCause()).reason());
        }
        assertTrue(home.isEmpty());
        timer.advance(Duration.ofHours(1));
        assertEquals(0, timer.pending());
    }

    @Test
    void aResponseThatHasArrivedIsDeliveredThoughItsClientIsClosed() throws Exception {
        PendingTransaction<String> transaction = begin();
        transaction.answer(() -> List.of("a"));
        home.close();
        assertEquals(List.of("a"), get(transaction));
        PendingTransaction<String> awaited = capped(CappedClient.NO_CAP);
        assertFalse(home.add(awaited));
        assertEquals(Reason.CLOSED, reasonOf(awaited));
    }

    @Test
    void aClosedClientIsNotKeptByTheTimer() {
        begin();
        assertEquals(1, timer.pending());
        home.close();
        assertEquals(0, timer.pending());
    }

    @Test
    void whatFailsWhileItIsGivenBackKeepsNobodyWaiting() throws Exception {
        PendingTransaction<String> transaction = begin();
        var stage = transaction.response().toCompletableFuture();
        transaction.whenEnded(() -> {
            throw new IllegalStateException("given back badly");
        });
        assertThrows(
                IllegalStateException.class,
                () -> transaction.answer(new ArrivedResponse<>() {
                    @Override
                    public List<String> unpack() {
                        return List.of("a");
                    }

                    @Override
                    public void onWaiting() {
                        throw new IllegalStateException("counted badly");
                    }
                }));
        assertEquals(List.of("a"), stage.get(20, TimeUnit.SECONDS));
        assertTrue(home.isEmpty());
    }

    @Test
    void whatItsEndGivesBackIsThereBeforeItsOwnerLearnsOfIt() throws Exception {
        PendingTransaction<String> transaction = begin();
        List<String> order = new ArrayList<>();
        transaction.whenEnded(() -> order.add("given back"));
        var stage = transaction.response().thenRun(() -> order.add("told")).toCompletableFuture();
        transaction.answer(() -> List.of());
        stage.get(20, TimeUnit.SECONDS);
        assertEquals(List.of("given back", "told"), order);
        transaction.whenEnded(() -> order.add("at once"));
        assertEquals("at once", order.get(2));
    }

    @Test
    void anEndThatThrowsKeepsNoThreadWaiting() throws Exception {
        PendingTransaction<String> transaction =
                new PendingTransaction<>(
                        home, failures, "peer", TimeLimit.of(TIMEOUT, CappedClient.NO_CAP), busThreads) {
                    @Override
                    protected void ended(BusException failure) {
                        throw new IllegalStateException("its connection is gone");
                    }
                };
        AtomicInteger givenBack = new AtomicInteger();
        home.add(transaction);
        transaction.whenEnded(givenBack::incrementAndGet);
        var stage = transaction.response().toCompletableFuture();
        assertThrows(IllegalStateException.class, () -> transaction.answer(() -> List.of("a")));
        assertEquals(List.of("a"), stage.get(20, TimeUnit.SECONDS));
        assertEquals(1, givenBack.get());
        assertTrue(home.isEmpty());
    }

    @Test
    void aWaitingThreadIsWokenThoughACodecNeverReturns() throws Exception {
        PendingTransaction<String> transaction = begin(Duration.ofMillis(50));
        CountDownLatch reading = new CountDownLatch(1);
        var stage = transaction.response().toCompletableFuture();
        transaction.answer(() -> {
            reading.countDown();
            block();
            return List.of("late");
        });
        assertTrue(reading.await(20, TimeUnit.SECONDS));
        BusException failure = assertThrows(BusException.class, transaction::recvResponse);
        assertEquals(Reason.TIMEOUT, failure.reason());
        ExecutionException told = assertThrows(ExecutionException.class, () -> stage.get(20, TimeUnit.SECONDS));
        assertSame(failure, told.getCause());
        release.countDown();
        assertSame(failure, assertThrows(BusException.class, transaction::recvResponse));
    }

    @Test
    void aWaitThatIsInterruptedLeavesTheTransactionAsItIs() throws Exception {
        PendingTransaction<String> transaction = begin();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, transaction::recvResponse);
        assertFalse(Thread.interrupted());
        transaction.answer(() -> List.of("a"));
        assertEquals(List.of("a"), transaction.recvResponse());
    }

    @Test
    void waitsForWhatTheAnswerNeedsWithoutHoldingAThread() throws Exception {
        PendingTransaction<String> transaction = begin();
        CompletableFuture<Void> codec = new CompletableFuture<>();
        var stage = transaction.response().toCompletableFuture();
        transaction.answer(new ArrivedResponse<>() {
            @Override
            public CompletableFuture<?> ready() {
                return codec.isDone() ? null : codec;
            }

            @Override
            public List<String> unpack() {
                return List.of("a");
            }
        });
        assertFalse(stage.isDone());
        codec.complete(null);
        assertEquals(List.of("a"), stage.get(20, TimeUnit.SECONDS));
    }

    @Test
    void keepsNothingOfTheAnswerBesideTheResult() throws Exception {
        PendingTransaction<String> transaction = begin();
        byte[] frame = new byte[1 << 20];
        WeakReference<byte[]> arrived = new WeakReference<>(frame);
        answerWith(transaction, frame);
        frame = null;
        assertEquals(List.of("1048576"), transaction.recvResponse());
        Await.collected("the frame", arrived);
        assertEquals(List.of("1048576"), transaction.recvResponse());
    }

    private static void answerWith(PendingTransaction<String> transaction, byte[] frame) {
        transaction.answer(() -> List.of(Integer.toString(frame.length)));
    }

    @Test
    void closingFailsAllThatAreUnderWayAndAllToCome() {
        PendingTransaction<String> before = begin();
        home.close();
        assertEquals(Reason.CLOSED, reasonOf(before));
        PendingTransaction<String> after = new PendingTransaction<>(
                home, failures, "peer", TimeLimit.of(TIMEOUT, CappedClient.NO_CAP), busThreads);
        assertFalse(home.add(after));
        assertEquals(Reason.CLOSED, reasonOf(after));
    }

    /** An answer, a time-out and a close at the same moment, again and again: one of them wins, and all agree which. */
    @Test
    void ofSeveralEndsAtOnceOneWins() throws Exception {
        for (int i = 0; i < 2000; i++) {
            PendingTransaction<String> transaction = begin();
            AtomicInteger wins = new AtomicInteger();
            AtomicInteger released = new AtomicInteger();
            transaction.whenEnded(released::incrementAndGet);
            var stage = transaction.response().toCompletableFuture();
            Thread failing = new Thread(() -> {
                if (transaction.fail(failures.closed())) {
                    wins.incrementAndGet();
                }
            });
            failing.start();
            if (transaction.answer(() -> List.of("a"))) {
                wins.incrementAndGet();
            }
            String received = outcome(transaction);
            failing.join();
            assertEquals(1, wins.get());
            assertEquals(1, released.get());
            assertEquals(
                    received,
                    stage.handle((responses, failure) -> failure == null ? "a" : "closed")
                            .get(20, TimeUnit.SECONDS));
        }
        assertTrue(home.isEmpty());
    }

    private static String outcome(PendingTransaction<String> transaction) throws InterruptedException {
        try {
            return transaction.recvResponse().get(0);
        } catch (BusException e) {
            return "closed";
        }
    }
}
