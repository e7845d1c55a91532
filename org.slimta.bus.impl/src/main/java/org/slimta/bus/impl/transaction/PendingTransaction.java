package org.slimta.bus.impl.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.SpinWait;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.text.Described;

/**
 * A transaction that waits for its answer. The answer comes in two steps, so that a thread that waits for it does the
 * decoding: first it arrives, then it is unpacked by the first that wants it, which is never the thread that brings it. A
 * failure needs no unpacking, and so no thread that code of users may hold. Thread-safe.
 *
 * @param <R> type of the responses
 */
public class PendingTransaction<R> extends LinkedMembers.Member implements ClientTransaction<R> {

    private enum State {
        /** It has neither an answer nor a failure. */
        WAITING,
        /** One of them is there; what the transaction took is being given back, before anybody learns of it. */
        LEAVING,
        /** The answer is there, as it arrived. */
        ARRIVED,
        /** One thread makes responses of the answer. */
        UNPACKING,
        /** It has a result. */
        ENDED
    }

    private final PendingTransactions home;
    private final Failures failures;
    private final String peer;
    private final BusThreads threads;
    private final TimeLimit limit;
    private final long timeout;
    private final long deadline;

    // Guarded by this. What is volatile is read without the lock too.
    private volatile State state = State.WAITING;
    private volatile TransactionResult<R> result;
    private ArrivedResponse<R> answer;
    private volatile Runnable whenEnded;
    private List<CompletableFuture<List<R>>> stages;
    private List<CompletableFuture<Void>> receivers; // Threads that wait, for the arrival or for the result.

    /**
     * A transaction that begins now.
     *
     * @param home the transactions of the client
     * @param failures the failures of the client
     * @param peer the name of the server
     * @param limit how long it may take
     * @param threads the threads of the bus
     */
    public PendingTransaction(
            PendingTransactions home, Failures failures, String peer, TimeLimit limit, BusThreads threads) {
        this.home = home;
        this.failures = failures;
        this.peer = peer;
        this.limit = limit;
        this.timeout = limit.nanos();
        this.threads = threads;
        this.deadline = home.timer().now() + timeout;
    }

    /**
     * Brings the answer. Runs no code of users on this thread.
     *
     * @param brought the answer
     * @return whether it was awaited: not if the transaction has ended before
     */
    public final boolean answer(ArrivedResponse<R> brought) {
        boolean awaited; // By stages: then it stays among those that its client ends in time, until it is unpacked.
        synchronized (this) {
            if (!beginToLeave()) {
                return false;
            }
            awaited = stages != null;
        }
        try {
            leave(null, awaited);
        } finally {
            boolean wanted; // Somebody may have asked for a stage meanwhile.
            List<CompletableFuture<Void>> waiting;
            synchronized (this) {
                state = State.ARRIVED;
                answer = brought;
                wanted = stages != null;
                waiting = receivers;
                receivers = null;
            }
            wake(waiting);
            if (wanted) {
                unpackForStages(brought, awaited);
            }
        }
        return true;
    }

    private synchronized boolean beginToLeave() {
        if (state != State.WAITING) {
            return false;
        }
        state = State.LEAVING;
        return true;
    }

    /**
     * Ends it with responses. Runs no code of users on this thread.
     *
     * @param responses one for each request, unmodifiable
     * @return whether it had not ended before
     */
    public final boolean succeed(List<R> responses) {
        return end(new TransactionResult<>(responses, null));
    }

    /**
     * Ends it with a failure. Runs no code of users on this thread.
     *
     * @param failure why
     * @return whether it had not ended before
     */
    public final boolean fail(BusException failure) {
        return end(new TransactionResult<>(null, failure));
    }

    private boolean end(TransactionResult<R> ending) {
        if (!beginToLeave()) {
            return false;
        }
        boolean failed = ending.failure() != null;
        try {
            leave(failed ? ending.failure().reason() : null, false);
        } finally {
            List<CompletableFuture<List<R>>> told;
            List<CompletableFuture<Void>> waiting;
            synchronized (this) {
                state = State.ENDED;
                result = ending;
                told = stages;
                stages = null;
                waiting = receivers;
                receivers = null;
            }
            wake(waiting);
            tell(told, ending, failed ? threads.failures() : threads.responses());
        }
        return true;
    }

    /** It is under way no more. What one of the steps throws is no reason to leave out another. */
    private void leave(Reason failure, boolean stays) {
        try {
            if (!stays) {
                home.remove(this);
            }
            if (failure == null) {
                home.meter().answered(start());
            } else {
                home.meter().failed(failure);
            }
            ended();
        } finally {
            runWhenEnded();
        }
    }

    private void runWhenEnded() {
        if (whenEnded == null) {
            return; // Whoever sets it from now on sees that this has ended.
        }
        Runnable action;
        synchronized (this) {
            action = whenEnded;
            whenEnded = null;
        }
        if (action != null) {
            action.run();
        }
    }

    /** Ends it, since its time is over. Runs no code of users on this thread. */
    final void expire() {
        fail(overdue());
    }

    /**
     * Until when it is to have a result, though its answer has arrived: as long again as it may take without.
     *
     * @return a time of {@link Timer#now()}
     */
    final long lastDeadline() {
        return isDone() ? deadline + timeout : deadline;
    }

    /** Ends it at its last deadline, whether its answer has arrived or not. */
    final void expireAtLast() {
        if (!isDone()) {
            expire();
        } else {
            settle(new TransactionResult<>(null, unreadable()), threads.failures());
            home.remove(this);
        }
    }

    /**
     * Why it fails when its time is over.
     *
     * @return the failure, {@code TIMEOUT} unless more is known than that there is no answer
     */
    protected BusException overdue() {
        return failures.of(Reason.TIMEOUT, peer, "no response " + limit, null);
    }

    /**
     * How long it may take.
     *
     * @return the limit, which may be used up from the start
     */
    public final TimeLimit limit() {
        return limit;
    }

    /**
     * Fails it before it is sent, if it has no time at all.
     *
     * @return whether it has failed
     */
    public final boolean failIfUsedUp() {
        if (!limit.isUsedUp()) {
            return false;
        }
        fail(failures.of(
                Reason.EXPIRED, peer, "the time of the request that was passed on was used up before it was sent", null));
        return true;
    }

    /**
     * How long it may still take.
     *
     * @return nanoseconds, less than zero when its time is over
     */
    public final long nanosLeft() {
        return deadline - home.timer().now();
    }

    /**
     * When it began.
     *
     * @return a time of {@link Timer#now()}
     */
    public final long start() {
        return deadline - timeout;
    }

    /**
     * Until when it may take.
     *
     * @return a time of {@link Timer#now()}
     */
    public final long deadline() {
        return deadline;
    }

    /**
     * Tells whether it has ended.
     *
     * @return whether an answer or a failure has arrived
     */
    public final boolean isDone() {
        return state != State.WAITING;
    }

    /** It has ended, and its owner is about to learn of it. Called once, on the thread that brings the answer. */
    protected void ended() {}

    /**
     * Calls something when it has ended, before anybody learns of it: whoever is told may need what that gives back.
     *
     * @param action what to call, once, on any thread; at once if it has ended already; must not block
     */
    public final void whenEnded(Runnable action) {
        synchronized (this) {
            whenEnded = action;
        }
        if (isDone()) {
            runWhenEnded();
        }
    }

    @Override
    public final List<R> recvResponse() throws BusException, InterruptedException {
        if (result == null) {
            awaitArrival();
            unpackOrAwait();
        }
        return result.get();
    }

    private void awaitArrival() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (SpinWait.until(this::isTold)) {
            return;
        }
        CompletableFuture<Void> own = new CompletableFuture<>();
        synchronized (this) {
            if (isTold()) {
                return;
            }
            addReceiver(own);
        }
        try {
            own.get(Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            expire();
            own.join(); // Another thread may be about to bring the answer.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether those who wait for it may learn that it has an answer or a failure. */
    private boolean isTold() {
        State now = state;
        return now != State.WAITING && now != State.LEAVING;
    }

    /** With the lock. */
    private void addReceiver(CompletableFuture<Void> own) {
        if (receivers == null) {
            receivers = new ArrayList<>(1);
        }
        receivers.add(own);
    }

    private static void wake(List<CompletableFuture<Void>> waiting) {
        if (waiting != null) {
            waiting.forEach(receiver -> receiver.complete(null));
        }
    }

    /** On the thread of somebody who waits. */
    private void unpackOrAwait() throws InterruptedException {
        ArrivedResponse<R> arrived = arrived();
        CompletableFuture<?> ready = arrived == null ? null : arrived.ready();
        if (ready != null) {
            arrived.onWaiting();
            try {
                ready.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        if (!unpack(threads.responses())) {
            awaitResult();
        }
    }

    private synchronized ArrivedResponse<R> arrived() {
        return state == State.ARRIVED ? answer : null;
    }

    /**
     * Makes responses of the answer, unless another thread does or has done so.
     *
     * @param completing where stages are completed then
     * @return whether this thread has
     */
    private boolean unpack(Executor completing) {
        ArrivedResponse<R> mine;
        synchronized (this) {
            if (state != State.ARRIVED) {
                return false;
            }
            state = State.UNPACKING;
            mine = answer;
        }
        settle(unpack(mine), completing);
        return true;
    }

    private TransactionResult<R> unpack(ArrivedResponse<R> mine) {
        try {
            return new TransactionResult<>(mine.unpack(), null);
        } catch (BusException e) {
            return new TransactionResult<>(null, e);
        } catch (Throwable e) {
            return new TransactionResult<>(null, failures.of(Reason.CODEC, peer, "the response could not be read: " + Described.of(e), e));
        }
    }

    /** Gives it its result, unless it has one. What had arrived is not kept beside it. */
    private void settle(TransactionResult<R> unpacked, Executor completing) {
        List<CompletableFuture<Void>> waiting;
        List<CompletableFuture<List<R>>> told;
        ArrivedResponse<R> dropped;
        synchronized (this) {
            if (result != null || answer == null) {
                return;
            }
            result = unpacked;
            state = State.ENDED;
            dropped = answer;
            answer = null;
            waiting = receivers;
            receivers = null;
            told = stages;
            stages = null;
        }
        try {
            home.remove(this);
            dropped.onDropped();
            if (unpacked.failure() != null) {
                home.meter().failedAfterAll(unpacked.failure().reason());
            }
        } finally {
            wake(waiting);
            tell(told, unpacked, completing);
        }
    }

    private BusException unreadable() {
        return failures.of(
                Reason.TIMEOUT,
                peer,
                "the response has arrived, and its codec has not read it " + limit,
                null);
    }

    /** Another thread runs the codec, which may never return. */
    private void awaitResult() throws InterruptedException {
        CompletableFuture<Void> own = new CompletableFuture<>();
        synchronized (this) {
            if (result != null) {
                return;
            }
            addReceiver(own);
        }
        try {
            own.get(timeout, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            settle(new TransactionResult<>(null, unreadable()), threads.failures());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public final CompletionStage<List<R>> response() {
        CompletableFuture<List<R>> own = new CompletableFuture<>();
        ArrivedResponse<R> arrived = null;
        boolean first = false;
        synchronized (this) {
            if (result == null) {
                first = stages == null;
                if (first) {
                    stages = new ArrayList<>(1);
                }
                stages.add(own);
                arrived = answer;
            }
        }
        if (result != null) {
            // It may have got its result just now; then this stage is among those that are told, and told twice is told once.
            result.tell(own);
        } else if (arrived != null && first) {
            unpackForStages(arrived, false);
        }
        return own;
    }

    /**
     * Nobody may wait for the codec but those who are called back: so its client sees to it that this ends.
     *
     * @param stays whether it is still among those of its client
     */
    private void unpackForStages(ArrivedResponse<R> arrived, boolean stays) {
        if (!stays) {
            home.keep(this);
            if (result != null) {
                home.remove(this); // It has been unpacked meanwhile.
            }
        }
        try {
            arrived.onWaiting();
        } finally {
            unpackOnBusThread();
        }
    }

    private void unpackOnBusThread() {
        threads.responses().execute(this::unpackWhenReady);
    }

    /** On a thread of the bus. */
    private void unpackWhenReady() {
        ArrivedResponse<R> arrived = arrived();
        CompletableFuture<?> ready = arrived == null ? null : arrived.ready();
        if (ready == null) {
            unpack(Runnable::run);
        } else {
            ready.thenRun(this::unpackOnBusThread);
        }
    }

    /** Completing a stage may run code of its owner, which may do anything: so it is done on a thread of the bus. */
    private static <R> void tell(List<CompletableFuture<List<R>>> told, TransactionResult<R> ended, Executor completing) {
        if (told != null) {
            completing.execute(() -> told.forEach(ended::tell));
        }
    }
}
