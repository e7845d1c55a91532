package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.exchange.FrameCarrier;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.tls.CertificateAlert;
import org.slimta.bus.impl.transport.MemoryBudget;

/**
 * The connections of one client. A few are kept for small transactions to share, and as many for large ones, each of which has
 * a connection for itself while it lasts. Who finds none waits in a {@link ReconnectQueue} for one, or for its turn to open
 * one. Thread-safe.
 */
final class ConnectionPool<R>
        implements FrameCarrier<R>, FramedTransaction.Holder<R>, PendingConnection.Owner<R>, ClientConnection.Owner<R> {

    private final TargetServer<R> server;
    private final LinkedMembers<PendingConnection<R>> pending = LinkedMembers.small();
    private final LinkedMembers<ClientConnection<R>> connections = LinkedMembers.small();
    private final ReconnectQueue<FramedTransaction<R>> queue = new ReconnectQueue<>(FramedTransaction::isLarge);
    private final KeptConnections<FramedTransaction<R>, ClientConnection<R>> kept = new KeptConnections<>();
    private final Timer timer;
    private final PeriodicCheck check;
    private final PeriodicCheck turns;
    private volatile BusException lastFailure;
    private volatile boolean closed;

    /** Without connections. */
    ConnectionPool(TargetServer<R> server, Timer timer) {
        this.server = server;
        this.timer = timer;
        this.check = new PeriodicCheck(timer, PeriodicCheck.MAX_PAUSE, this::check);
        this.turns = new PeriodicCheck(timer, Duration.ZERO, this::advanceOnTimer);
        configure(server.options());
    }

    /** Goes on with other options. */
    void configure(ClientOptions options) {
        int places = options.poolSize();
        kept.configure(places, places == 0 ? 0 : Math.max(1, options.maxInFlight() / places));
        queue.configure(options.poolSize(), options.tls() != null);
    }

    /** Sends a transaction over the connection that suits it, or has it wait for one. Does not wait itself. */
    @Override
    public void dispatch(FramedTransaction<R> transaction) {
        if (transaction.isDone() || kept.send(transaction, transaction.isLarge())) {
            return;
        }
        transaction.assign(this);
        if (!queue.add(transaction, timer.now())) {
            transaction.fail(server.failures().closed());
        } else if (transaction.isDone()) {
            queue.remove(transaction);
        }
        advance();
    }

    /** The same, soon, on another thread. */
    @Override
    public void sendElsewhere(FramedTransaction<R> transaction) {
        server.connecting().execute(() -> dispatch(transaction));
    }

    /** How many transactions a connection carries before the next one is used as well. */
    @Override
    public int busyThreshold() {
        return kept.busyThreshold();
    }

    /** Gives the memory accounts of all connections. */
    void forEachHolder(Consumer<MemoryBudget.Holder> action) {
        connections.forEach(connection -> action.accept(connection.channel().holder()));
    }

    /** How many connections there are, those that are being opened counted. */
    @Override
    public int peerCount() {
        return connections.count() + pending.count();
    }

    /** Something has changed: whoever can share a connection now does, and whose turn it is opens one. */
    @Override
    public void advance() {
        if (queue.isEmpty()) {
            return;
        }
        if (kept.hasShared()) {
            queue.pollSharing().forEach(this::sendElsewhere);
        }
        if (kept.hasFree()) {
            FramedTransaction<R> large = takeWaiting(true);
            if (large != null) {
                sendElsewhere(large);
            }
        }
        long now = timer.now();
        queue.next(now).forEach(this::open);
        long due = queue.wakeAt(now);
        if (due != OpeningLimit.NEVER) {
            turns.wakeAt(due);
        }
    }

    /** The same as {@link #advance()}, on another thread. */
    @Override
    public void advanceSoon() {
        server.connecting().execute(this::advance);
    }

    private long advanceOnTimer() {
        advanceSoon();
        return PeriodicCheck.NOT_AGAIN; // Whoever advances knows when it is somebody's turn again.
    }

    private void open(ReconnectQueue<FramedTransaction<R>>.Turn turn) {
        PendingConnection<R> opening = new PendingConnection<>(this, server, turn);
        pending.add(opening);
        check.wakeAt(timer.now() + pause());
        opening.open();
        if (closed) {
            opening.cancel();
        }
    }

    @Override
    public void onOpened(PendingConnection<R> opening, PendingConnection.Opened<R> opened, FramedTransaction<R> first) {
        ClientConnection<R> made = new ClientConnection<>(this, server, opened);
        lastFailure = null;
        connections.add(made);
        pending.remove(opening);
        if (closed) {
            made.close();
        }
        made.start(first);
    }

    /** Whether somebody waits for such a connection. */
    @Override
    public boolean isWanted(boolean forLarge) {
        return queue.isAwaited(forLarge);
    }

    /** A transaction that waits for such a connection, and does so no more; or null. */
    @Override
    public FramedTransaction<R> takeWaiting(boolean forLarge) {
        FramedTransaction<R> next;
        do {
            next = queue.poll(forLarge);
        } while (next != null && next.isDone());
        return next;
    }

    /** Whether the server has said lately that it is closing, so that it may do so again. */
    @Override
    public boolean isUnsettled() {
        return queue.isUnsettled(timer.now());
    }

    /** No connection has come about. */
    @Override
    public void unreachable(FramedTransaction<R> transaction, BusException failure) {
        lastFailure = failure;
        transaction.assign(this);
        if (CertificateAlert.isIn(failure) || !queue.refused(
                transaction, timer.now(), server.options().responseTimeout(), !connections.isEmpty(), failure)) {
            transaction.fail(failure);
        } else if (transaction.isDone()) {
            queue.remove(transaction);
        }
        failWaitingIfDied();
    }

    /**
     * Those that wait because the server still served connections, though it took no more, have waited for nothing if these
     * end and it has not said that it is closing: then it has died.
     */
    private void failWaitingIfDied() {
        if (connections.isEmpty()) {
            List<FramedTransaction<R>> all = new ArrayList<>();
            BusException failure = queue.died(all);
            all.forEach(transaction -> transaction.fail(failure));
        }
    }

    /** A transaction that may wait here has ended. */
    @Override
    public void forget(FramedTransaction<R> transaction) {
        queue.remove(transaction);
    }

    @Override
    public BusException overdue(String within) {
        BusException last = lastFailure;
        return server.failures()
                .of(
                        Reason.CONNECT,
                        server.name(),
                        queue.isAway(timer.now())
                                ? "no connection: the server said that it was closing, and has not come back " + within
                                        + (last == null ? "" : "; at the last try: " + last.getMessage())
                                : "no connection " + within + "; others are being opened",
                        last);
    }

    /**
     * The server keeps a connection.
     *
     * @return whether it is to be kept here too
     */
    @Override
    public boolean keep(ClientConnection<R> connection) {
        return server.isInForce(connection.context()) && kept.add(connection);
    }

    /** There are to be fewer: those over the number end with what is under way on them. */
    void shrink() {
        kept.surplus().forEach(ClientConnection::retire);
    }

    /** No connection is used any more than for what is under way on it. */
    void retireAll() {
        connections.forEach(ClientConnection::retire);
    }

    /** A connection for large transactions has nothing to do. If it was retired meanwhile it ends by itself. */
    @Override
    public void free(ClientConnection<R> connection) {
        if (kept.free(connection)) {
            advance();
        } else {
            connection.retire();
        }
    }

    /** Gives a connection no more transactions. */
    @Override
    public void stopUsing(ClientConnection<R> connection) {
        kept.remove(connection);
    }

    /** The server says that it is closing. Who wants to send to it may wait, as long as a transaction may take. */
    @Override
    public void draining(ClientConnection<R> connection) {
        stopUsing(connection);
        if (!kept.hasShared()) {
            queue.closing(timer.now(), server.options().responseTimeout());
        }
    }

    /** A connection is not being opened any more. */
    @Override
    public void remove(PendingConnection<R> connection) {
        pending.remove(connection);
        cancelChecksIfDone();
    }

    /** A connection is closed. */
    @Override
    public void remove(ClientConnection<R> connection) {
        if (connections.remove(connection)) {
            stopUsing(connection);
            failWaitingIfDied();
            cancelChecksIfDone();
        }
    }

    /** After the end there is nothing to look at; the check that is due would keep all of this in memory until then. */
    private void cancelChecksIfDone() {
        if (closed && connections.isEmpty() && pending.isEmpty()) {
            check.cancel();
            turns.cancel();
        }
    }

    private long pause() {
        ClientOptions options = server.options();
        return PeriodicCheck.pause(
                options.connectTimeout(),
                options.pingInterval(),
                options.idleTimeout(),
                options.tls() == null ? options.idleTimeout() : options.tls().handshakeTimeout());
    }

    /** Ends what takes too long. */
    private long check() {
        long now = timer.now();
        pending.forEach(each -> PeriodicCheck.safely(() -> each.checkTimeouts(now)));
        connections.forEach(each -> PeriodicCheck.safely(() -> each.checkTimeouts(now)));
        PeriodicCheck.safely(() -> failLate(now));
        return connections.isEmpty() && pending.isEmpty() && queue.isEmpty() ? PeriodicCheck.NOT_AGAIN : pause();
    }

    private void failLate(long now) {
        Duration most = server.options().connectTimeout();
        for (FramedTransaction<R> late : queue.takeLate(now, most)) {
            late.fail(
                    Reason.CONNECT,
                    "no connection within " + most.toMillis() + " ms (connectTimeout); others are being opened",
                    lastFailure);
        }
    }

    /** Opens nothing any more, and has nobody wait. */
    @Override
    public void stop() {
        closed = true;
        kept.close();
        queue.close();
    }

    /** Closes all connections, after it was stopped and its transactions have been ended. */
    @Override
    public void close() {
        pending.forEach(PendingConnection::cancel);
        connections.forEach(ClientConnection::close);
        cancelChecksIfDone();
    }
}
