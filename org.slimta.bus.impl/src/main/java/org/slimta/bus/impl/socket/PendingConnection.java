package org.slimta.bus.impl.socket;

import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.transport.OutboundFrame;

/**
 * A connection of a client that is being opened for a transaction. If the transaction ends before the connection is
 * open, another waiting transaction gets the connection; if none waits, the opening is cancelled. Thread-safe.
 */
final class PendingConnection<R> extends LinkedMembers.Member
        implements ConnectionOpening.Listener<ConnectAttempt>, FramedTransaction.Holder<R> {

    /** The pool of a connection. The methods may be called on any thread, and do not block. */
    interface Owner<R> {

        /** The connection is open: a {@link ClientConnection} replaces this one, and gets its first transaction. */
        void onOpened(PendingConnection<R> opening, Opened<R> opened, FramedTransaction<R> first);

        /** The connection was not opened, or is no longer wanted: the pool drops it. */
        void remove(PendingConnection<R> opening);

        /** Removes and returns a transaction that waits for such a connection, or returns null. */
        FramedTransaction<R> takeWaiting(boolean forLarge);

        /** Whether a transaction waits for such a connection. */
        boolean isWanted(boolean forLarge);

        void dispatch(FramedTransaction<R> transaction);

        void sendElsewhere(FramedTransaction<R> transaction);

        /** Whether the server is one that can be asked, as far as is known. */
        boolean isServerAsked();

        /** The server can be reached. */
        void reachable();

        /** The server could not be reached for this transaction. */
        void unreachable(FramedTransaction<R> transaction, BusException failure);

        /** A connection was closed or has changed: waiting transactions may take their turns. */
        void advance();

        void advanceSoon();
    }

    /**
     * A connection that was opened.
     *
     * @param turn the permission that it was opened with
     * @param attempt the attempt that succeeded
     * @param context the collaborators that it was made with
     * @param forLarge whether it is for large transactions
     */
    record Opened<R>(
            ReconnectQueue<FramedTransaction<R>>.Turn turn,
            ConnectAttempt attempt,
            SocketContext context,
            boolean forLarge) {}

    private final Owner<R> pool;
    private final TargetServer<R> server;
    private final ReconnectQueue<FramedTransaction<R>>.Turn turn;
    private final boolean forLarge;
    private final AtomicReference<FramedTransaction<R>> transaction;
    private final ConnectionOpening<ConnectAttempt> opening;
    private volatile SocketContext context;

    /**
     * Creates a connection whose opening has not begun.
     *
     * @param pool the pool that owns it
     * @param server its server
     * @param turn the permission to open it
     */
    PendingConnection(Owner<R> pool, TargetServer<R> server, ReconnectQueue<FramedTransaction<R>>.Turn turn) {
        this.pool = pool;
        this.server = server;
        this.turn = turn;
        this.forLarge = turn.waiter().needsOwnConnection();
        this.transaction = new AtomicReference<>(turn.waiter());
        this.opening = new ConnectionOpening<>(
                server.threads().now(),
                server.addresses()::ask,
                (address, outcome) -> new ConnectAttempt(
                        address, server.addresses().unresolved(), context, server.streams(), this::emptyArray, outcome),
                this,
                server.connecting(),
                (delay, task) -> server.threads().after(delay, task));
    }

    /** What is sent if it is not wanted. A server that can be asked answers a probe itself, and no program sees it. */
    private OutboundFrame emptyArray() {
        return pool.isServerAsked() ? server.probe(server.session().newNumber()) : ConnectionToClose.slimtaEmptyArray();
    }

    /** Begins to open it. Does not block. */
    void open() {
        FramedTransaction<R> first = transaction.get();
        if (first == null) {
            return;
        }
        first.assign(this);
        if (first.isDone()) {
            forget(first); // This cancels the opening, unless other transactions wait for it.
        }
        server.prepare(this::onPrepared);
    }

    private void onPrepared(SocketContext ready, Throwable failure) {
        if (failure == null) {
            context = ready;
            opening.start();
        } else {
            opening.fail(new BusException(Reason.CONNECT, "TLS cannot be used: " + failure.getMessage(), failure));
        }
    }

    @Override
    public void onFailed(BusException failure) {
        BusException reported = server.failures().at(server.name(), failure);
        FramedTransaction<R> unsent = transaction.getAndSet(null);
        removeFromPool();
        SocketContext tried = context;
        if (unsent != null && tried != null && !server.isInForce(tried)) {
            pool.sendElsewhere(unsent); // The failed attempt used former options.
        } else if (unsent != null) {
            pool.unreachable(unsent, reported);
        }
        pool.advanceSoon();
    }

    private void removeFromPool() {
        turn.over();
        pool.remove(this);
    }

    @Override
    public void onReady(ConnectAttempt winner) {
        server.addresses().reached(winner.address().getAddress());
        pool.reachable();
        FramedTransaction<R> first = transaction.getAndSet(null);
        if (first == null || first.isDone()) {
            first = pool.takeWaiting(forLarge);
        }
        if (first == null || !server.isInForce(context)) {
            removeFromPool();
            winner.closeInOrder(true);
            if (first != null) {
                pool.dispatch(first);
            }
        } else {
            turn.ready(server.threads().now(), winner.roundTrip());
            pool.onOpened(this, new Opened<>(turn, winner, context, forLarge), first);
        }
        pool.advance();
    }

    /** Returns how long it has been opening, in nanoseconds. */
    long age(long now) {
        return opening.age(now);
    }

    /** Returns the transaction that it is opened for; null if it is open, or the transaction has gone elsewhere. */
    FramedTransaction<R> transaction() {
        return transaction.get();
    }

    /**
     * Releases its transaction, which goes elsewhere. The opening goes on.
     *
     * @return whether the transaction was still here
     */
    boolean release(FramedTransaction<R> waiting) {
        return transaction.compareAndSet(waiting, null);
    }

    /** Its transaction has ended: the opening goes on if another transaction waits for it. */
    @Override
    public void forget(FramedTransaction<R> ended) {
        if (transaction.compareAndSet(ended, null) && !pool.isWanted(forLarge)) {
            cancel();
        }
    }

    @Override
    public BusException overdue(String within) {
        return server.failures()
                .of(Reason.CONNECT, server.name(), "no connection " + within + "; a connection is being opened", null);
    }

    /** Ends the opening. */
    void cancel() {
        if (opening.cancel()) {
            removeFromPool();
            pool.advance();
        }
    }

    /** Checks the timeout. Called periodically on the timer thread. */
    void checkTimeouts(long now) {
        opening.checkTimeouts(now, server.options().connectTimeout());
    }
}
