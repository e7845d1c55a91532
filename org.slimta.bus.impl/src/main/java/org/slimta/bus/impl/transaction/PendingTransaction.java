package org.slimta.bus.impl.transaction;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
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
         * Makes responses of it. May wait for a codec, unless {@link #ready()} has completed.
         *
         * @return one for each request
         * @throws BusException if the transaction failed
         * @throws InterruptedException if the thread was interrupted while it waited; it can be unpacked again
         */
        List<R> unpack() throws BusException, InterruptedException;

        /**
         * Completes when it can be unpacked without waiting.
         *
         * @return a stage that does not fail
         */
        default CompletionStage<Void> ready() {
            return CompletableFuture.completedStage(null);
        }
    }

    private final Failures failures;
    private final String peer;
    private final Threads threads;
    private final boolean unpackOnWorker;
    private final Duration timeout;
    private final long deadline;
    private final CompletableFuture<Answer<R>> arrival = new CompletableFuture<>();
    private final CompletableFuture<List<R>> result = new CompletableFuture<>();
    private final ReentrantLock unpacking = new ReentrantLock();
    private final AtomicBoolean timing = new AtomicBoolean();
    private final AtomicBoolean wanted = new AtomicBoolean();

    /**
     * A transaction that begins now.
     *
     * @param failures the failures of the client
     * @param peer the name of the server
     * @param timeout how long it may take
     * @param threads for deadlines, and to unpack
     * @param unpackOnWorker whether the thread that brings the answer must not unpack it
     */
    public PendingTransaction(
            Failures failures, String peer, Duration timeout, Threads threads, boolean unpackOnWorker) {
        this.failures = failures;
        this.peer = peer;
        this.timeout = timeout;
        this.threads = threads;
        this.unpackOnWorker = unpackOnWorker;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Brings the answer.
     *
     * @param answer the answer
     * @return whether it was awaited: not if the transaction has ended before
     */
    public boolean answer(Answer<R> answer) {
        return arrival.complete(answer);
    }

    /**
     * Ends it with a failure.
     *
     * @param failure why
     * @return whether it had not ended before
     */
    public boolean fail(BusException failure) {
        return arrival.complete(() -> {
            throw failure;
        });
    }

    /** Ends it because its time is over. */
    public void expire() {
        fail(failures.of(
                Reason.TIMEOUT, peer, "no response within " + timeout.toMillis() + " ms (responseTimeout)", null));
    }

    /** Makes it end when its time is over, even if nobody waits for it. */
    public void startTimer() {
        if (!arrival.isDone() && timing.compareAndSet(false, true)) {
            Duration rest = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            Future<?> timer = threads.after(rest, this::expire);
            arrival.thenRun(() -> timer.cancel(false));
        }
    }

    /**
     * Tells whether it has ended.
     *
     * @return whether an answer or a failure has arrived
     */
    public boolean isDone() {
        return arrival.isDone();
    }

    /**
     * Calls something when it has ended.
     *
     * @param action what to call, on the thread that brings the answer
     */
    public void whenDone(Runnable action) {
        arrival.thenRun(action);
    }

    @Override
    public List<R> recvResponse() throws BusException, InterruptedException {
        Answer<R> answer;
        try {
            answer = arrival.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            expire();
            answer = arrival.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        unpack(answer);
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw (BusException) e.getCause();
        }
    }

    @Override
    public CompletionStage<List<R>> response() {
        if (wanted.compareAndSet(false, true)) {
            expectArrival();
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

    private void expectArrival() {
        startTimer();
        arrival.thenAccept(answer -> answer.ready().thenRun(() -> {
            if (unpackOnWorker) {
                threads.execute(() -> unpackForStage(answer));
            } else {
                unpackForStage(answer);
            }
        }));
    }

    private void unpackForStage(Answer<R> answer) {
        try {
            unpack(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.completeExceptionally(failures.of(Reason.CLOSED, peer, "the thread that decodes was interrupted", e));
        }
    }

    private void unpack(Answer<R> answer) throws InterruptedException {
        if (result.isDone()) {
            return;
        }
        unpacking.lockInterruptibly();
        try {
            if (!result.isDone()) {
                result.complete(answer.unpack());
            }
        } catch (BusException e) {
            result.completeExceptionally(e);
        } finally {
            unpacking.unlock();
        }
    }
}
