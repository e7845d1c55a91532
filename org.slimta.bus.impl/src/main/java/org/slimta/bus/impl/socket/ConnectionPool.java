package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.exchange.FrameCarrier;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.tls.CertificateAlert;
import org.slimta.bus.impl.tls.PlainTextPeer;
import org.slimta.bus.impl.transport.MemoryHolder;

/**
 * The connections of one client. A few are kept for small transactions, which share them, and as many for large ones,
 * each of which uses a connection alone. A transaction that finds no connection waits in a {@link ReconnectQueue} for
 * one, or for its turn to open one. Thread-safe.
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

    /** Creates a pool without connections. */
    ConnectionPool(TargetServer<R> server, Timer timer) {
        this.server = server;
        this.timer = timer;
        this.check = new PeriodicCheck(timer, PeriodicCheck.MAX_PAUSE, this::check);
        this.turns = new PeriodicCheck(timer, Duration.ZERO, this::advanceOnTimer);
        configure(server.options());
    }

    /** Uses these options from now on. */
    void configure(ClientOptions options) {
        int places = options.poolSize();
        kept.configure(places, places == 0 ? 0 : Math.max(1, options.maxInFlight() / places));
        queue.configure(options.poolSize(), options.tls() != null);
    }

    /** Sends a transaction over a suitable connection, or makes it wait for one. Does not block. */
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
        BusException futile =
                queue.futile(timer.now()); // Not before adding it: the next one to know fails all that wait.
        if (futile != null && queue.remove(transaction)) {
            transaction.fail(futile);
        }
        advance();
    }

    /** Does the same, soon, on another thread. */
    @Override
    public void sendElsewhere(FramedTransaction<R> transaction) {
        server.connecting().execute(() -> dispatch(transaction));
    }

    /** How many transactions a connection carries before the next one is used as well. */
    @Override
    public int busyThreshold() {
        return kept.busyThreshold();
    }

    /** Calls an action with the memory accounts of all connections. */
    void forEachHolder(Consumer<MemoryHolder> action) {
        connections.forEach(connection -> action.accept(connection.channel().holder()));
    }

    /** Reports the connections one by one. */
    void report(BusDTO bus) {
        ConnectionReports<ClientConnection<R>> reports = new ConnectionReports<>();
        connections.forEach(one -> reports.offer(one, one.load()));
        bus.connections = reports.report(one -> ConnectionReports.of(one.peer(), one.channel(), one.load()));
    }

    /** Returns the number of connections, including those that are being opened. */
    @Override
    public int peerCount() {
        return connections.count() + pending.count();
    }

    /**
     * Reacts to a change: transactions that can now share a connection are sent, and those whose turn it is open one.
     */
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

    /** Does the same as {@link #advance()}, on another thread. */
    @Override
    public void advanceSoon() {
        server.connecting().execute(this::advance);
    }

    private long advanceOnTimer() {
        advanceSoon();
        return PeriodicCheck.NOT_AGAIN; // advance() schedules the next turn.
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

    /** Whether a transaction waits for such a connection. */
    @Override
    public boolean isWanted(boolean forLarge) {
        return queue.isAwaited(forLarge);
    }

    /** Removes and returns a transaction that waits for such a connection, or returns null. */
    @Override
    public FramedTransaction<R> takeWaiting(boolean forLarge) {
        FramedTransaction<R> next;
        do {
            next = queue.poll(forLarge);
        } while (next != null && next.isDone());
        return next;
    }

    /** Whether the server has announced recently that it was closing, so that it may do so again. */
    @Override
    public boolean isUnsettled() {
        return queue.isUnsettled(timer.now());
    }

    /** No connection could be opened. */
    @Override
    public void unreachable(FramedTransaction<R> transaction, BusException failure) {
        lastFailure = failure;
        transaction.assign(this);
        if (PlainTextPeer.isIn(failure)) {
            List<FramedTransaction<R>> all = new ArrayList<>(List.of(transaction));
            queue.foundPlain(timer.now(), failure, all);
            all.forEach(each -> each.fail(failure));
        } else if (CertificateAlert.isIn(failure)
                || !queue.refused(
                        transaction,
                        timer.now(),
                        server.options().responseTimeout(),
                        !connections.isEmpty(),
                        failure)) {
            transaction.fail(failure);
        } else if (transaction.isDone()) {
            queue.remove(transaction);
        }
        failWaitingIfDied();
    }

    /**
     * Fails the transactions that waited because the server still served connections, although it accepted no more, if
     * these connections have ended and the server has not announced that it is closing: then it has died.
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
                                ? "no connection: the server announced that it was closing and did not return " + within
                                        + (last == null ? "" : "; last attempt: " + last.getMessage())
                                : "no connection " + within + "; others are being opened",
                        last);
    }

    /**
     * The server keeps a connection.
     *
     * @return whether the pool keeps it too
     */
    @Override
    public boolean keep(ClientConnection<R> connection) {
        return server.isInForce(connection.context()) && kept.add(connection);
    }

    /** Reduces the number of connections: surplus ones end with the transactions that they carry. */
    void shrink() {
        kept.surplus().forEach(ClientConnection::retire);
    }

    /** Assigns no more transactions to any connection; each ends with the transactions that it carries. */
    void retireAll() {
        connections.forEach(ClientConnection::retire);
    }

    /** A connection for large transactions is free. If it was retired meanwhile it ends. */
    @Override
    public void free(ClientConnection<R> connection) {
        if (kept.free(connection)) {
            advance();
        } else {
            connection.retire();
        }
    }

    /** Assigns no more transactions to a connection. */
    @Override
    public void stopUsing(ClientConnection<R> connection) {
        kept.remove(connection);
    }

    /** The server announces that it is closing. Transactions to it may wait as long as a transaction may take. */
    @Override
    public void draining(ClientConnection<R> connection) {
        stopUsing(connection);
        if (!kept.hasShared()) {
            queue.closing(timer.now(), server.options().responseTimeout());
        }
    }

    /** A connection is no longer being opened. */
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

    /**
     * Cancels the checks when the pool is closed and empty; a scheduled check would keep all of this in memory until it
     * is due.
     */
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
        Duration timeout = server.options().connectTimeout();
        for (FramedTransaction<R> late : queue.takeLate(now, timeout)) {
            late.fail(
                    Reason.CONNECT,
                    "no connection within " + timeout.toMillis() + " ms (connectTimeout); others are being opened",
                    lastFailure);
        }
    }

    /** Opens no more connections, and lets no transaction wait. */
    @Override
    public void stop() {
        closed = true;
        kept.close();
        queue.close();
    }

    /** Closes all connections. Called after {@link #stop()}, when all transactions have ended. */
    @Override
    public void close() {
        pending.forEach(PendingConnection::cancel);
        connections.forEach(ClientConnection::close);
        cancelChecksIfDone();
    }
}
