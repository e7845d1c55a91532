package org.slimta.bus.impl.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;

/**
 * A transaction that waits for its answer. The answer comes in two steps, so that a thread that waits for it does the
 * decoding: first it arrives, then it is unpacked by the first who wants it. Thread-safe.
 *
 * @param <R> type of the responses
 */
public class PendingTransaction<R> extends Registry.Member implements ClientTransaction<R> {

    /**
     * An answer as it arrived.
     *
     * @param <R> type of the responses
     */
    @FunctionalInterface
    public interface Answer<R> {

        /**
         * Tells when it makes sense to unpack it.
         *
         * @return a future that does not fail, or null if that is now
         */
        default CompletableFuture<?> ready() {
            return null;
        }

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

    private record Result<R>(List<R> responses, BusException failure) {

        void tell(CompletableFuture<List<R>> stage) {
            if (failure == null) {
                stage.complete(responses);
            } else {
                stage.completeExceptionally(failure);
            }
        }
    }

    private final PendingTransactions home;
    private final Failures failures;
    private final String peer;
    private final Threads threads;
    private final UnpackBy unpackBy;
    private final long timeout;
    private final long deadline;
    private final CompletableFuture<Answer<R>> arrival = new CompletableFuture<>();
    private Runnable whenReleased;
    private List<CompletableFuture<List<R>>> stages;
    private boolean unpacking;
    private boolean failed;
    private volatile boolean done;
    private volatile boolean expiring;
    private volatile boolean stageWanted;
    private volatile Result<R> result;

    /**
     * A transaction that begins now.
     *
     * @param home the transactions of the client
     * @param failures the failures of the client
     * @param peer the name of the server
     * @param timeout how long it may take, in nanoseconds
     * @param threads the workers
     * @param unpackBy who unpacks an answer that no thread waits for
     */
    public PendingTransaction(
            PendingTransactions home, Failures failures, String peer, long timeout, Threads threads, UnpackBy unpackBy) {
        this.home = home;
        this.failures = failures;
        this.peer = peer;
        this.timeout = timeout;
        this.threads = threads;
        this.unpackBy = unpackBy;
        this.deadline = System.nanoTime() + timeout;
    }

    /**
     * Brings the answer.
     *
     * @param answer the answer
     * @return whether it was awaited: not if the transaction has ended before
     */
    public final boolean answer(Answer<R> answer) {
        return end(answer, null);
    }

    private boolean end(Answer<R> answer, Reason failure) {
        synchronized (this) {
            if (done) {
                return false;
            }
            done = true;
            failed = failure != null;
        }
        home.remove(this);
        if (failure == null) {
            home.meter().answered(start());
        } else {
            home.meter().failed(failure);
        }
        ended();
        if (!stageWanted) {
            release();
        }
        arrival.complete(answer);
        if (stageWanted) {
            unpackWhenReady();
        }
        return true;
    }

    /**
     * Ends it with a failure.
     *
     * @param failure why
     * @return whether it had not ended before
     */
    public final boolean fail(BusException failure) {
        return end(
                () -> {
                    throw failure;
                },
                failure.reason());
    }

    private void expire() {
        fail(overdue());
    }

    /**
     * Why it fails when its time is over.
     *
     * @return the failure, {@code TIMEOUT} unless more is known than that there is no answer
     */
    protected BusException overdue() {
        return failures.of(
                Reason.TIMEOUT,
                peer,
                "no response within " + TimeUnit.NANOSECONDS.toMillis(timeout) + " ms (responseTimeout)",
                null);
    }

    /** Tells whether it still has to be looked at. */
    final boolean isRunning() {
        return !done && !expiring;
    }

    /**
     * How long it may still take.
     *
     * @return nanoseconds, less than zero when its time is over
     */
    public final long nanosLeft() {
        return deadline - System.nanoTime();
    }

    /**
     * When it began.
     *
     * @return a time of {@link System#nanoTime()}
     */
    public final long start() {
        return deadline - timeout;
    }

    /**
     * Until when it may take.
     *
     * @return a time of {@link System#nanoTime()}
     */
    public final long deadline() {
        return deadline;
    }

    /** Ends it if its time is over. Runs nobody else's code on this thread. Called by one thread at a time. */
    final void expireIfOverdue() {
        if (!done && nanosLeft() <= 0 && !expiring) {
            expiring = true;
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
    public final boolean isDone() {
        return done;
    }

    /** It has ended, and its owner is about to learn of it. Called once, on the thread that brings the answer. */
    protected void ended() {}

    /**
     * Calls something when it has ended and nothing of it waits for a worker any more.
     *
     * @param action what to call, once, on any thread; at once if it has come to that already
     */
    public final void whenReleased(Runnable action) {
        synchronized (this) {
            whenReleased = action;
        }
        if (done && (!stageWanted || result != null)) {
            release();
        }
    }

    private void release() {
        Runnable action;
        synchronized (this) {
            action = whenReleased;
            whenReleased = null;
        }
        if (action != null) {
            action.run();
        }
    }

    @Override
    public final List<R> recvResponse() throws BusException, InterruptedException {
        if (result == null) {
            Answer<R> answer = awaitArrival();
            CompletableFuture<?> ready = answer.ready();
            if (ready != null) {
                try {
                    ready.get();
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
            unpack();
        }
        if (result.failure() != null) {
            throw result.failure();
        }
        return result.responses();
    }

    private Answer<R> awaitArrival() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        BriefWait.until(arrival::isDone);
        try {
            return arrival.get(Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            expire();
            return arrival.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public final CompletionStage<List<R>> response() {
        CompletableFuture<List<R>> own = new CompletableFuture<>();
        synchronized (this) {
            if (result == null) {
                if (stages == null) {
                    stages = new ArrayList<>(1);
                }
                stages.add(own);
            }
        }
        if (result != null) {
            result.tell(own);
            return own;
        }
        stageWanted = true;
        if (arrival.isDone()) {
            unpackWhenReady();
        }
        return own;
    }

    private void unpackWhenReady() {
        synchronized (this) {
            if (unpacking) {
                return;
            }
            unpacking = true;
        }
        CompletableFuture<?> ready = arrival.join().ready();
        if (ready == null) {
            unpackWhereItMayBe();
        } else {
            ready.thenRun(this::unpackWhereItMayBe);
        }
    }

    private void unpackWhereItMayBe() {
        if (unpackBy == UnpackBy.WORKER) {
            threads.execute(this::unpack);
        } else {
            unpack();
        }
    }

    /** Only what is ours is done under a lock: completing a stage may run the code of its owner. */
    private void unpack() {
        synchronized (arrival) {
            if (result == null) {
                result = unpack(arrival.join());
                if (result.failure() != null && !failed) {
                    home.meter().failedAfterAll(result.failure().reason());
                }
            }
        }
        release();
        List<CompletableFuture<List<R>>> waiting;
        synchronized (this) {
            waiting = stages;
            stages = null;
        }
        if (waiting != null) {
            waiting.forEach(result::tell);
        }
    }

    private Result<R> unpack(Answer<R> answer) {
        try {
            return new Result<>(answer.unpack(), null);
        } catch (BusException e) {
            return new Result<>(null, e);
        } catch (Throwable e) {
            return new Result<>(null, failures.of(Reason.CODEC, peer, "the answer could not be read: " + e, e));
        }
    }
}
