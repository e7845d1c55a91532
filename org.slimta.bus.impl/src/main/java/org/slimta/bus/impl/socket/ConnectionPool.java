package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.exchange.FrameCarrier;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.transport.MemoryHolder;

/**
 * The connections of one client. A few are kept for small transactions, which share them, and as many for large ones,
 * each of which uses a connection alone. A transaction that finds no connection waits in a {@link ReconnectQueue} for
 * one, or for its turn to open one. Thread-safe.
 */
final class ConnectionPool<R>
        implements FrameCarrier<R>, PendingConnection.Owner<R>, ConnectionOwner<R, ClientConnection<R>> {

    /** While connecting takes longer than this part of its timeout, other servers are used. */
    private static final int SLOW_PART = 8;

    private final TargetServer<R> server;
    private final Alternatives<R> alternatives;
    private final LinkedMembers<PendingConnection<R>> pending = LinkedMembers.small();
    private final LinkedMembers<ClientConnection<R>> connections = LinkedMembers.small();
    private final UnsentTransactions<R> unsent;
    private final OpenQuestions<R> asking;
    private final ReconnectQueue<FramedTransaction<R>> queue; // Of those that were not sent.
    private final KeptConnections<FramedTransaction<R>, ClientConnection<R>> kept = new KeptConnections<>();
    private final Timer timer;
    private final PeriodicCheck check;
    private final PeriodicCheck turns;
    private volatile boolean closed;

    /** Creates a pool without connections, of the only server of a client. */
    ConnectionPool(TargetServer<R> server, Timer timer) {
        this(server, timer, Alternatives.none());
    }

    /** Creates a pool without connections, of one of several servers. */
    ConnectionPool(TargetServer<R> server, Timer timer, Alternatives<R> alternatives) {
        this.server = server;
        this.alternatives = alternatives;
        this.timer = timer;
        this.unsent = new UnsentTransactions<>(server, alternatives, timer, this::isServerAsked, this::dispatchAll);
        this.queue = unsent.queue();
        this.asking = new OpenQuestions<>(server, kept, unsent, this::advance);
        this.check = new PeriodicCheck(timer, PeriodicCheck.MAX_PAUSE, this::check);
        this.turns = new PeriodicCheck(timer, Duration.ZERO, this::advanceOnTimer);
        configure(server.options());
    }

    /** Uses these options from now on. */
    void configure(ClientOptions options) {
        int places = options.poolSize();
        kept.configure(places, places == 0 ? 0 : Math.max(1, options.maxInFlight() / places));
        unsent.configure(options);
    }

    /** Sends a transaction over a suitable connection, or makes it wait for one. Does not block. */
    @Override
    public void dispatch(FramedTransaction<R> transaction) {
        if (transaction.isDone()) {
            return;
        }
        if (transaction.isAsking()) {
            asking.ask(List.of(transaction));
            return;
        }
        if (kept.send(transaction, transaction.isLarge())) {
            alternatives.reachable();
            return;
        }
        unsent.add(transaction);
        advance();
    }

    private void dispatchAll(List<FramedTransaction<R>> transactions) {
        Map<Boolean, List<FramedTransaction<R>>> all =
                transactions.stream().collect(Collectors.partitioningBy(FramedTransaction::isAsking));
        asking.ask(all.get(true));
        all.get(false).forEach(this::dispatch);
    }

    /** Asks what became of transactions whose connection broke, soon and on another thread. */
    @Override
    public void askAgain(List<FramedTransaction<R>> transactions) {
        asking.askSoon(transactions);
    }

    /** Whether the server can be asked: then a new connection is proven before anything is sent over it. */
    @Override
    public boolean isServerAsked() {
        return asking.isPossible();
    }

    @Override
    public void setServerAsked(boolean can) {
        asking.setPossible(can);
    }

    private void dispatchSoon(FramedTransaction<R> transaction) {
        server.connecting().execute(() -> dispatch(transaction));
    }

    /** Sends a transaction over another connection, to another server if there are several. */
    @Override
    public void sendElsewhere(FramedTransaction<R> transaction) {
        if (!alternatives.dispatchSoon(transaction)) {
            dispatchSoon(transaction);
        }
    }

    /** Returns the transactions that wait for a connection. */
    UnsentTransactions<R> unsent() {
        return unsent;
    }

    /** Whether there are no connections, and nothing waits for one. */
    boolean isUnused() {
        return connections.isEmpty() && pending.isEmpty() && unsent.isEmpty();
    }

    TargetServer<R> server() {
        return server;
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

    /** Offers the connections for a report. */
    void report(ConnectionReports<ClientConnection<R>> reports) {
        connections.forEach(one -> reports.offer(one, one.load()));
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
            List<FramedTransaction<R>> waiting = queue.pollSharing();
            if (!waiting.isEmpty()) {
                server.connecting().execute(() -> dispatchAll(waiting));
            }
        }
        if (kept.hasFree()) {
            FramedTransaction<R> large = unsent.poll(true);
            if (large != null) {
                dispatchSoon(large);
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
        check.wakeAt(timer.now() + Math.min(pause(), slowAfter()));
        opening.open();
        if (closed) {
            opening.cancel();
        }
    }

    @Override
    public void onOpened(PendingConnection<R> opening, PendingConnection.Opened<R> opened, FramedTransaction<R> first) {
        ClientConnection<R> made = new ClientConnection<>(this, server, opened);
        unsent.opened();
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
        return unsent.poll(forLarge);
    }

    /** Whether the server has announced recently that it was closing, so that it may do so again. */
    @Override
    public boolean isUnsettled() {
        return queue.isUnsettled(timer.now());
    }

    @Override
    public void reachable() {
        alternatives.reachable();
    }

    /** No connection could be opened. */
    @Override
    public void unreachable(FramedTransaction<R> transaction, BusException failure) {
        unsent.unreachable(transaction, failure, !connections.isEmpty());
        failWaitingIfDied();
    }

    private void failWaitingIfDied() {
        if (connections.isEmpty()) {
            unsent.failIfDied();
        }
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

    /** The client uses the server no more: connections end with the transactions that they carry, as those will that open. */
    void leave() {
        kept.close();
        retireAll();
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
            unsent.closing();
        }
    }

    /** A connection is no longer being opened. */
    @Override
    public void remove(PendingConnection<R> connection) {
        pending.remove(connection);
        noteIfUnused();
    }

    /** A connection is closed. */
    @Override
    public void remove(ClientConnection<R> connection) {
        if (connections.remove(connection)) {
            stopUsing(connection);
            failWaitingIfDied();
            noteIfUnused();
        }
    }

    private void noteIfUnused() {
        if (isUnused()) {
            alternatives.unused();
        }
        cancelChecksIfDone();
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

    /** Connecting takes long: its transaction uses another connection or another server, if there is one. */
    private void releaseSlow(PendingConnection<R> opening, long now) {
        if (!kept.hasShared()) {
            unsent.slow(opening, now);
            return;
        }
        FramedTransaction<R> waiting = opening.transaction();
        if (waiting != null && !waiting.needsOwnConnection() && opening.release(waiting)) {
            dispatchSoon(waiting);
        }
    }

    private long slowAfter() {
        return server.options().connectTimeout().toNanos() / SLOW_PART;
    }

    /** Ends what takes too long. */
    private long check() {
        long now = timer.now();
        pending.forEach(each -> PeriodicCheck.safely(() -> {
            long left = slowAfter() - each.age(now);
            if (left > 0) {
                check.wakeAt(now + left);
            } else {
                releaseSlow(each, now);
            }
        }));
        pending.forEach(each -> PeriodicCheck.safely(() -> each.checkTimeouts(now)));
        connections.forEach(each -> PeriodicCheck.safely(() -> each.checkTimeouts(now)));
        PeriodicCheck.safely(() -> unsent.failLate(now));
        return connections.isEmpty() && pending.isEmpty() && queue.isEmpty() ? PeriodicCheck.NOT_AGAIN : pause();
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
