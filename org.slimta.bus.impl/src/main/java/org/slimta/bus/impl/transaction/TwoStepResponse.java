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
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.SpinWait;

/**
 * A response that is received in two steps, so that a thread that waits for it does the decoding: first it arrives,
 * then the first thread that wants it unpacks it, which is never the thread that brings it. A failure needs no
 * unpacking, and therefore no thread that code of users may block. Thread-safe.
 *
 * @param <R> type of the responses
 */
abstract class TwoStepResponse<R> extends LinkedMembers.Member implements ClientTransaction<R> {

    private enum State {
        /** Neither a response nor a failure has arrived. */
        WAITING,
        /** One of them has arrived; the resources of the transaction are being released before anybody is notified. */
        RELEASING,
        /** The response has arrived, and is not unpacked. */
        ARRIVED,
        /** One thread unpacks the response. */
        UNPACKING,
        /** The result is known. */
        ENDED
    }

    private final BusThreads threads;

    // Guarded by this. The volatile fields are read without the lock too.
    private volatile State state = State.WAITING;
    private volatile TransactionResult<R> result;
    private ArrivedResponse<R> response;
    private List<CompletableFuture<List<R>>> stages;
    // One for each thread that waits, for the arrival or for the result.
    private List<CompletableFuture<Void>> receivers;

    /**
     * Creates a response that has not arrived.
     *
     * @param threads the threads of the bus
     */
    TwoStepResponse(BusThreads threads) {
        this.threads = threads;
    }

    /**
     * Releases the resources of the transaction, which is no longer in flight. Called once, before anybody is notified.
     *
     * @param failure its failure, or null if it succeeded
     * @param headers the headers that came with the response or the failure
     * @param keepsChecking whether the client keeps checking its deadline until the response is unpacked
     */
    abstract void release(BusException failure, Headers headers, boolean keepsChecking);

    /** Makes the client check the deadline of the transaction again, until the response is unpacked. */
    abstract void keepChecking();

    /** The response that had arrived was unpacked, with this result. */
    abstract void unpacked(TransactionResult<R> result);

    /** Fails the transaction because its deadline has passed. */
    abstract void expire();

    /** Returns the remaining time for the response to arrive, in nanoseconds. */
    abstract long nanosLeft();

    /** Returns the maximum time for unpacking, in nanoseconds. */
    abstract long nanosToUnpack();

    /**
     * Makes the failure of a response whose codec did not return in time (null), or threw something other than a
     * BusException.
     */
    abstract BusException unreadable(Outcome outcome, Throwable thrownOrNull);

    /** Accepts the response that has arrived. Runs no code of users on this thread. Returns false if it is too late. */
    final boolean arrive(ArrivedResponse<R> arrived) {
        boolean awaited; // By stages: then the client keeps checking the deadline until the response is unpacked.
        synchronized (this) {
            if (!beginRelease()) {
                return false;
            }
            awaited = stages != null;
        }
        try {
            release(null, arrived.headers(), awaited);
        } finally {
            boolean wanted; // A stage may have been requested meanwhile.
            List<CompletableFuture<Void>> waiting;
            synchronized (this) {
                state = State.ARRIVED;
                response = arrived;
                wanted = stages != null;
                waiting = receivers;
                receivers = null;
            }
            wake(waiting);
            if (wanted) {
                unpackForStages(arrived, awaited);
            }
        }
        return true;
    }

    private synchronized boolean beginRelease() {
        if (state != State.WAITING) {
            return false;
        }
        state = State.RELEASING;
        return true;
    }

    /**
     * Accepts a result that needs no unpacking. Runs no code of users on this thread. Returns false if it is too late.
     */
    final boolean end(TransactionResult<R> ending) {
        if (!beginRelease()) {
            return false;
        }
        boolean failed = ending.failure() != null;
        try {
            release(ending.failure(), ending.headers(), false);
        } finally {
            List<CompletableFuture<List<R>>> waitingStages;
            List<CompletableFuture<Void>> waiting;
            synchronized (this) {
                state = State.ENDED;
                result = ending;
                waitingStages = stages;
                stages = null;
                waiting = receivers;
                receivers = null;
            }
            wake(waiting);
            complete(waitingStages, ending, failed ? threads.failures() : threads.responses());
        }
        return true;
    }

    /** {@return whether a response or a failure has arrived} */
    public final boolean isDone() {
        return state != State.WAITING;
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
        if (SpinWait.until(this::isKnown)) {
            return;
        }
        CompletableFuture<Void> own = new CompletableFuture<>();
        synchronized (this) {
            if (isKnown()) {
                return;
            }
            addReceiver(own);
        }
        try {
            own.get(Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            expire();
            own.join(); // Another thread may be about to deliver the response.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns whether waiting threads may see that a response or a failure has arrived. */
    private boolean isKnown() {
        State now = state;
        return now != State.WAITING && now != State.RELEASING;
    }

    /** To be called with the lock held. */
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

    /** Called on a waiting thread. */
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
        return state == State.ARRIVED ? response : null;
    }

    /**
     * Unpacks the response, unless another thread does so or has done so.
     *
     * @param completing completes the stages
     * @return whether this thread has unpacked it
     */
    private boolean unpack(Executor completing) {
        ArrivedResponse<R> mine;
        synchronized (this) {
            if (state != State.ARRIVED) {
                return false;
            }
            state = State.UNPACKING;
            mine = response;
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
            return new TransactionResult<>(null, unreadable(mine.outcome(), e));
        }
    }

    /** Stores the result of a response that has arrived, unless the result is known already, and drops the response. */
    private void settle(TransactionResult<R> unpacked, Executor completing) {
        List<CompletableFuture<Void>> waiting;
        List<CompletableFuture<List<R>>> waitingStages;
        ArrivedResponse<R> dropped;
        synchronized (this) {
            if (result != null || response == null) {
                return;
            }
            result = unpacked;
            state = State.ENDED;
            dropped = response;
            response = null;
            waiting = receivers;
            receivers = null;
            waitingStages = stages;
            stages = null;
        }
        try {
            dropped.onDropped();
        } finally {
            try {
                unpacked(unpacked);
            } finally {
                wake(waiting);
                complete(waitingStages, unpacked, completing);
            }
        }
    }

    /** Fails a response whose codec did not return in time. Does nothing if the result is known. */
    final void failUnread() {
        ArrivedResponse<R> unread;
        synchronized (this) {
            unread = response;
        }
        if (unread != null) {
            settle(new TransactionResult<>(null, unreadable(unread.outcome(), null)), threads.failures());
        }
    }

    /** Waits for another thread that runs the codec, which may never return. */
    private void awaitResult() throws InterruptedException {
        CompletableFuture<Void> own = new CompletableFuture<>();
        synchronized (this) {
            if (result != null) {
                return;
            }
            addReceiver(own);
        }
        try {
            own.get(nanosToUnpack(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            failUnread();
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
                arrived = response;
            }
        }
        if (result != null) {
            // The result may have been stored just now. Then this stage is completed twice, which is harmless.
            result.complete(own);
        } else if (arrived != null && first) {
            unpackForStages(arrived, false);
        }
        return own;
    }

    /**
     * Unpacks for stages. Only callbacks wait for the codec, and no thread, so the client has to check that unpacking
     * ends in time.
     *
     * @param keepsChecking whether the client already keeps checking the deadline of the transaction
     */
    private void unpackForStages(ArrivedResponse<R> arrived, boolean keepsChecking) {
        if (!keepsChecking) {
            keepChecking();
            TransactionResult<R> meanwhile = result;
            if (meanwhile != null) {
                stopChecking();
            }
        }
        try {
            arrived.onWaiting();
        } finally {
            unpackOnBusThread();
        }
    }

    /** Undoes {@link #keepChecking()}: the response was unpacked before the client could know about it. */
    abstract void stopChecking();

    private void unpackOnBusThread() {
        threads.responses().execute(this::unpackWhenReady);
    }

    /** Called on a thread of the bus. */
    private void unpackWhenReady() {
        ArrivedResponse<R> arrived = arrived();
        CompletableFuture<?> ready = arrived == null ? null : arrived.ready();
        if (ready == null) {
            unpack(Runnable::run);
        } else {
            ready.thenRun(this::unpackOnBusThread);
        }
    }

    /** Completes stages on a thread of the bus, because that may run code of users, which may block or throw. */
    private static <R> void complete(
            List<CompletableFuture<List<R>>> waiting, TransactionResult<R> ended, Executor completing) {
        if (waiting != null) {
            completing.execute(() -> waiting.forEach(ended::complete));
        }
    }
}
