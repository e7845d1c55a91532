package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;

/**
 * A transaction that waits for its answer. The answer comes in two steps, so that a thread that waits for it does the
 * decoding: first it arrives, then it is unpacked by the first who wants it. Thread-safe.
 *
 * @param <R> type of the responses
 */
public final class PendingTransaction<R> implements ClientTransaction<R> {

    /**
     * An answer as it arrived.
     *
     * @param <R> type of the responses
     */
    @FunctionalInterface
    public interface Answer<R> {

        /**
         * Completes when it makes sense to unpack it.
         *
         * @return a future that does not fail
         */
        CompletableFuture<Packed<R>> ready();
    }

    /**
     * An answer that can be unpacked.
     *
     * @param <R> type of the responses
     */
    @FunctionalInterface
    public interface Packed<R> {

        /**
         * Makes responses of it. Does not wait.
         *
         * @return one for each request
         * @throws BusException if the transaction failed
         */
        List<R> unpack() throws BusException;
    }

    /** Who may unpack an answer, and run what its owner has attached to the response. */
    public enum UnpackBy {
        /** The thread that brings it. */
        BRINGER,
        /** A worker, because the thread that brings it has others to serve. */
        WORKER
    }

    private final Failures failures;
    private final String peer;
    private final Threads threads;
    private final UnpackBy unpackBy;
    private final Duration timeout;
    private final long deadline;
    private final List<Runnable> whenDone = new ArrayList<>(2);
    private volatile boolean done;
    private final AtomicReference<Runnable> whenReleased = new AtomicReference<>();
    private final CompletableFuture<Answer<R>> arrival = new CompletableFuture<>();
    private final CompletableFuture<List<R>> result = new CompletableFuture<>();
    private final ReentrantLock unpacking = new ReentrantLock();
    private final AtomicBoolean stageWanted = new AtomicBoolean();
    private final AtomicBoolean expiring = new AtomicBoolean();
    private List<R> unpacked;
    private BusException failure;

    /**
     * A transaction that begins now.
     *
     * @param failures the failures of the client
     * @param peer the name of the server
     * @param timeout how long it may take
     * @param threads the workers
     * @param unpackBy who unpacks an answer that no thread waits for
     */
    public PendingTransaction(
            Failures failures, String peer, Duration timeout, Threads threads, UnpackBy unpackBy) {
        this.failures = failures;
        this.peer = peer;
        this.timeout = timeout;
        this.threads = threads;
        this.unpackBy = unpackBy;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Brings the answer.
     *
     * @param answer the answer
     * @return whether it was awaited: not if the transaction has ended before
     */
    public boolean answer(Answer<R> answer) {
        List<Runnable> actions;
        synchronized (whenDone) {
            if (done) {
                return false;
            }
            done = true;
            actions = List.copyOf(whenDone);
        }
        actions.forEach(Runnable::run);
        if (!stageWanted.get()) {
            release();
        }
        arrival.complete(answer);
        return true;
    }

    /**
     * Ends it with a failure.
     *
     * @param failure why
     * @return whether it had not ended before
     */
    public boolean fail(BusException failure) {
        Packed<R> packed = () -> {
            throw failure;
        };
        return answer(() -> CompletableFuture.completedFuture(packed));
    }

    private void expire() {
        fail(failures.of(
                Reason.TIMEOUT, peer, "no response within " + timeout.toMillis() + " ms (responseTimeout)", null));
    }

    /** Tells whether it still has to be looked at. */
    boolean isRunning() {
        return !done && !expiring.get();
    }

    long nanosLeft() {
        return deadline - System.nanoTime();
    }

    /** Ends it if its time is over. Runs nobody else's code on this thread. */
    void expireIfOverdue() {
        if (!done && nanosLeft() <= 0 && expiring.compareAndSet(false, true)) {
            if (unpackBy == UnpackBy.WORKER) {
                expire();
            } else {
                threads.execute(this::expire);
            }
        }
    }

    /**
     * Tells whether it has ended.
     *
     * @return whether an answer or a failure has arrived
     */
    public boolean isDone() {
        return done;
    }

    /**
     * Calls something when it has ended, before its owner learns of it.
     *
     * @param action what to call, on the thread that brings the answer; at once if it has ended
     */
    public void whenDone(Runnable action) {
        synchronized (whenDone) {
            if (!done) {
                whenDone.add(action);
                return;
            }
        }
        action.run();
    }

    /**
     * Calls something when it has ended and nothing of it waits for a worker any more.
     *
     * @param action what to call, once, on any thread; at once if it has come to that already
     */
    public void whenReleased(Runnable action) {
        whenReleased.set(action);
        if (done && (!stageWanted.get() || result.isDone())) {
            release();
        }
    }

    private void release() {
        Runnable action = whenReleased.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public List<R> recvResponse() throws BusException, InterruptedException {
        try {
            if (!result.isDone()) {
                unpack(awaitArrival().ready().get());
            }
            return result.get();
        } catch (ExecutionException e) {
            throw (BusException) e.getCause();
        }
    }

    private Answer<R> awaitArrival() throws InterruptedException, ExecutionException {
        try {
            return arrival.get(Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            expire();
            return arrival.get();
        }
    }

    @Override
    public CompletionStage<List<R>> response() {
        if (stageWanted.compareAndSet(false, true)) {
            arrival.thenCompose(Answer::ready).thenAccept(answer -> {
                if (unpackBy == UnpackBy.WORKER) {
                    threads.execute(() -> unpack(answer));
                } else {
                    unpack(answer);
                }
            });
        }
        CompletableFuture<List<R>> own = new CompletableFuture<>();
        result.whenComplete((responses, failure) -> {
            if (failure == null) {
                own.complete(responses);
            } else {
                own.completeExceptionally(failure);
            }
        });
        return own;
    }

    /** Only what is ours is done under the lock: completing the result may run the code of its owner. */
    private void unpack(Packed<R> answer) {
        unpacking.lock();
        try {
            if (unpacked == null && failure == null) {
                try {
                    unpacked = answer.unpack();
                } catch (BusException e) {
                    failure = e;
                } catch (Throwable e) {
                    failure = failures.of(Reason.CODEC, peer, "the answer could not be read: " + e, e);
                }
            }
        } finally {
            unpacking.unlock();
        }
        release();
        if (failure == null) {
            result.complete(unpacked);
        } else {
            result.completeExceptionally(failure);
        }
    }
}
