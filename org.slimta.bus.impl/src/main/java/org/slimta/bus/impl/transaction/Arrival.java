package org.slimta.bus.impl.transaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.text.Described;

/**
 * Requests that have reached a server and wait to be received.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public abstract class Arrival<Q, R> extends LinkedMembers.Member {

    private volatile Observed observed; // Null if nobody observes it.

    private static final VarHandle UNWANTED = unwanted();

    /** Completes when nobody waits for a response any more; made when somebody asks for it. */
    private volatile CompletableFuture<Void> unwanted;

    private static VarHandle unwanted() {
        try {
            return MethodHandles.lookup().findVarHandle(Arrival.class, "unwanted", CompletableFuture.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Returns what completes, on a thread of the bus, when nobody waits for a response any more.
     *
     * @return a future, always the same; not to be completed by others
     */
    protected final CompletableFuture<Void> whenUnwanted() {
        CompletableFuture<Void> known = unwanted;
        if (known != null) {
            return known;
        }
        CompletableFuture<Void> made = new CompletableFuture<>();
        return UNWANTED.compareAndSet(this, null, made) ? made : unwanted;
    }

    /**
     * Nobody waits for a response any more, although there was none. May be called again.
     *
     * @param threads completes the future, which runs code of users
     */
    protected final void setUnwanted(Executor threads) {
        CompletableFuture<Void> asked = unwanted;
        if (asked == null) {
            CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
            if (UNWANTED.compareAndSet(this, null, done)) {
                return;
            }
            asked = unwanted;
        }
        CompletableFuture<Void> future = asked;
        if (!future.isDone()) {
            threads.execute(() -> future.complete(null));
        }
    }

    /**
     * Calls {@link #setUnwanted} if the time of the client is over while a receiver works on it. Must not block.
     *
     * @param now the time
     */
    public void checkDeadline(long now) {}

    /**
     * Turns this into a transaction. May wait for a codec.
     *
     * @param codecs the codecs to decode the requests and encode the responses with; null for the codecs that are
     *     registered at that moment
     * @return the transaction, or null if it has failed or its client is gone
     * @throws InterruptedException if the thread was interrupted while it waited; this can be opened again
     */
    public abstract ServerTransaction<Q, R> open(CodecPair codecs) throws InterruptedException;

    /**
     * Turns this into a transaction for a handler. Whatever prevents that ends this.
     *
     * @param codecs as in {@link #open}
     * @param failures the failures of the bus
     * @return the transaction, or null if this has ended
     */
    public final ServerTransaction<Q, R> openOrEnd(CodecPair codecs, Failures failures) {
        try {
            return open(codecs);
        } catch (InterruptedException e) {
            abandon(failures.of(Reason.CLOSED, "interrupted while a request was read"));
        } catch (Throwable e) {
            refuse(failures.of(Reason.CODEC, "a request could not be read: " + Described.of(e)));
        }
        return null;
    }

    /** {@return the observers of the bus; not null} */
    public BusObservers observers() {
        return BusObservers.NONE;
    }

    /**
     * Begins the observation of the transaction that this has become. Calls observers on this thread.
     *
     * @param opened the transaction
     * @param queuedNanos how long this has waited to be received
     * @return the transaction
     */
    protected final UnansweredTransaction<Q, R> observe(UnansweredTransaction<Q, R> opened, long queuedNanos) {
        Observed by = observers().received(opened, arrived(), queuedNanos);
        if (by != null) {
            observed = by;
            opened.setObserved(by);
            if (isOver()) { // It may have ended before it was observed.
                by.ended(opened.tooLate());
            }
        }
        return opened;
    }

    /**
     * The transaction has ended: its observers are told, if it was received.
     *
     * @param failure the failure; null if it was answered
     */
    public final void observedEnd(BusException failure) {
        Observed by = observed;
        if (by != null) {
            by.ended(failure);
        }
    }

    /** {@return whether this has ended, so that nobody waits for it any more} */
    public abstract boolean isOver();

    /**
     * Sets this aside if its client must not get more responses now. Whatever sets it aside puts it back later.
     *
     * @return whether it was set aside
     */
    public boolean setAside() {
        return false;
    }

    /** {@return when it arrived, a time of {@link System#nanoTime()}} */
    public abstract long arrived();

    /** {@return the client; not null} */
    public abstract Peer peer();

    /**
     * Fails it, whether a receiver has taken it or not, unless it was answered.
     *
     * @param failure the reason
     */
    public abstract void fail(BusException failure);

    /**
     * Fails it before a receiver has taken it, unless it was answered.
     *
     * @param failure the reason
     */
    public abstract void refuse(BusException failure);

    /**
     * Ends it because the server is closed, unless it was answered: it fails, or its client sends it elsewhere if that
     * is possible.
     *
     * @param failure the reason
     */
    public abstract void abandon(BusException failure);
}
