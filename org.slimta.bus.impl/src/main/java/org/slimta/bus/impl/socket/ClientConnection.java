package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.socket.ClientConnectionLifecycle.Phase;
import org.slimta.bus.impl.socket.OpeningLimit.Server;
import org.slimta.bus.impl.tls.CertificateAlert;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.SocketPeer;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * A connection of a client. It carries one transaction, whose response shows whether the server keeps connections; if
 * so, more may follow. It belongs to the options that it was made with. Source: the wire page, part B.
 */
final class ClientConnection<R> extends LinkedMembers.Member
        implements FrameConnection.Listener, Sending.Route<R>, KeptConnections.Member<FramedTransaction<R>> {

    /**
     * A server that has just come back may go away again and cut off new connections. This becomes apparent within this
     * time, and nothing is lost as long as nothing was sent.
     */
    private static final Duration SETTLE_TIME = Duration.ofMillis(20);

    /** While this many bytes wait to be sent, pings from the server are not answered. */
    private static final long MAX_UNSENT_BYTES = 1 << 20;

    /** The pool of a connection. The methods may be called on any thread, and do not block. */
    interface Owner<R> {

        /** How many transactions a connection carries before the next one is used as well. */
        int busyThreshold();

        /** Whether the server has announced recently that it was closing, so that it may do so again. */
        boolean isUnsettled();

        /** The server keeps a connection; returns whether the pool keeps it too. */
        boolean keep(ClientConnection<R> connection);

        /** Assigns no more transactions to a connection. */
        void stopUsing(ClientConnection<R> connection);

        /** A connection for large transactions is free. */
        void free(ClientConnection<R> connection);

        /** The server has announced on this connection that it is closing. */
        void draining(ClientConnection<R> connection);

        /** A connection is closed. */
        void remove(ClientConnection<R> connection);

        /** Dispatches a transaction again, soon and on another thread. Nothing of it was sent. */
        void sendElsewhere(FramedTransaction<R> transaction);

        /** A connection was closed or has changed: waiting transactions may take their turns. */
        void advance();
    }

    private final Owner<R> pool;
    private final TargetServer<R> server;
    private final ReconnectQueue<FramedTransaction<R>>.Turn turn;
    private final ConnectAttempt attempt;
    private final FrameConnection channel;
    private final SocketContext context;
    private final boolean forLarge;
    private final SentTransactions<R> inFlight;
    private final ServerWatch watch;
    private volatile Sending<R> first;
    private final ClientConnectionLifecycle lifecycle = new ClientConnectionLifecycle();
    private volatile long lastUsed;

    /**
     * Creates a connection that has just been opened.
     *
     * @param pool the pool that owns it
     * @param server its server
     * @param opened how it was opened
     */
    ClientConnection(Owner<R> pool, TargetServer<R> server, PendingConnection.Opened<R> opened) {
        this.pool = pool;
        this.server = server;
        this.turn = opened.turn();
        this.attempt = opened.attempt();
        this.channel = attempt.channel();
        this.context = opened.context();
        this.forLarge = opened.forLarge();
        this.inFlight = new SentTransactions<>(this, forLarge ? 1 : pool.busyThreshold(), pool::sendElsewhere);
        this.lastUsed = server.threads().now();
        this.watch = new ServerWatch(channel, lastUsed);
    }

    @Override
    public boolean isKept() {
        return lifecycle.isKept();
    }

    @Override
    public boolean isForLarge() {
        return forLarge;
    }

    @Override
    public boolean sendsNumbers() {
        return server.keepsConnections() || !lifecycle.isUnproven();
    }

    /** Returns the collaborators that it was made with. */
    SocketContext context() {
        return context;
    }

    @Override
    public int load() {
        return inFlight.count();
    }

    /** Returns the server, with its identity if it has shown one. */
    SocketPeer peer() {
        return attempt.peer();
    }

    @Override
    public FrameConnection channel() {
        return channel;
    }

    /** Accepts its first transaction. */
    void start(FramedTransaction<R> transaction) {
        first = inFlight.add(transaction);
        attempt.setUser(this);
        if (transaction.isDone()) {
            forget(transaction);
        } else if (pool.isUnsettled()) {
            server.threads().after(SETTLE_TIME, () -> server.connecting().execute(this::sendFirst));
        } else {
            sendFirst();
        }
    }

    private void sendFirst() {
        Sending<R> sending = first;
        if (sending == null || !lifecycle.isUnproven()) {
            return;
        }
        if (server.isInForce(context)) {
            sending.enqueue();
            channel.flush();
        } else {
            inFlight.takeSent();
            close();
        }
    }

    @Override
    public boolean send(FramedTransaction<R> transaction) {
        if (!lifecycle.isKept()) {
            return false;
        }
        Sending<R> sending = inFlight.add(transaction);
        if (transaction.isDone()) {
            forget(transaction);
            return true;
        }
        if (!lifecycle.isKept() && inFlight.take(transaction.tx()) != null) {
            closeIfDone(); // The thread that retired it has seen this one.
            return transaction.isDone();
        }
        lastUsed = transaction.start();
        sending.enqueue();
        if (inFlight.count() <= 1) {
            channel.flush();
        } else if (!server.threads().deferFlush(channel.flusher())) {
            channel.execute(channel.flusher());
        }
        return true;
    }

    @Override
    public void onFrame(Frame frame) {
        FrameHeader header;
        try {
            header = context.coder().readHeader(frame);
        } catch (BusException e) {
            giveUp(server.failures().at(server.name(), e));
            return;
        }
        if (header.envelope() == Envelope.RESPONSES) {
            onResponses(header, frame);
        } else if (header.envelope() == Envelope.CONTROL) {
            onControl(header.control());
        } else {
            giveUp(server.malformed("the server sent <" + header.envelope().root() + "> instead of <responses>"));
        }
    }

    private void onResponses(FrameHeader header, Frame frame) {
        Sending<R> only = first;
        if (header.tx() == 0) {
            onLastResponses(only == null ? null : inFlight.take(only), frame, header);
            return;
        }
        Sending<R> sending = inFlight.take(header.tx());
        if (lifecycle.isUnproven()) {
            if (sending == null) {
                giveUp(server.malformed("the server answered transaction " + header.tx() + ", which was not sent"));
                return;
            }
            onFirstResponse(header);
        }
        if (sending != null) {
            lastUsed = channel.incoming().lastRead();
            if (forLarge) {
                pool.free(this); // Before its owner gets the response: it may send the next one at once.
            }
            sending.transaction().answered(frame, header);
        }
        closeIfDone();
    }

    /** If the server rejected the connection, the transaction reports why and the connection ends; no more is known. */
    private void onFirstResponse(FrameHeader header) {
        first = null;
        if (header.isError(Reason.OVERLOADED)) {
            lifecycle.endUnproven();
            turn.over();
        } else {
            if (lifecycle.keep() && !pool.keep(this)) {
                lifecycle.retire();
            }
            turn.answered(Server.SHARES);
        }
        pool.advance();
    }

    /** The server supports only one transaction for each connection. */
    private void onLastResponses(Sending<R> sending, Frame frame, FrameHeader header) {
        if (!lifecycle.isUnproven() || sending == null) {
            giveUp(server.malformed("the server sent responses without their number (tx) over a kept connection"));
            return;
        }
        if (sending.isNumbered()) {
            turn.answered(Server.SINGLE);
        }
        sending.transaction().answered(frame, header);
        if (channel.unsentBytes() == 0) {
            lifecycle.endUnproven(); // The server has received the whole frame.
        }
        close();
    }

    /** The first drain says that nothing more is read; the second, that everything that was read is answered. */
    private void onControl(Map<String, String> control) {
        String ping = control.get("ping");
        if (ping != null && channel.unsentBytes() < MAX_UNSENT_BYTES) {
            channel.send(ControlFrame.of(ControlFrames.pong(ping)));
            channel.flush();
        } else if ("true".equals(control.get("drain"))) {
            if (lifecycle.drain()) {
                turn.over();
                pool.draining(this);
            } else {
                inFlight.sendAllElsewhere();
                close();
            }
        }
    }

    /** A response over a limit fails its transaction; the others go on if the rest of the frame can be skipped. */
    @Override
    public boolean onRejectedFrame(RejectedFrameException rejected) {
        FrameHeader header = rejected.start() == null ? null : context.coder().readStart(rejected.start());
        if (header == null || header.envelope() != Envelope.RESPONSES || lifecycle.isUnproven()) {
            return false;
        }
        Sending<R> sending = header.tx() == 0 ? null : inFlight.take(header.tx());
        if (sending != null) {
            lastUsed = channel.incoming().lastRead();
            if (forLarge && rejected.isSkipped()) {
                pool.free(this);
            }
            sending.transaction().responseRejected(header, SentTransactions.ofOpenOutcome(rejected));
        }
        if (!rejected.isSkipped()) {
            giveUp(server.closed("a response is too large to be skipped: " + rejected.getMessage()));
        } else {
            closeIfDone();
        }
        return header.tx() != 0;
    }

    @Override
    public void onBadFrame(BusException failure) {
        giveUp(server.failures().at(server.name(), failure));
    }

    /**
     * Ends it because of a fault. What was not sent goes elsewhere. If one transaction was sent, the fault concerns it;
     * of several, which one is unknown. A reason that says "not processed" is reported only if that is true.
     */
    private void giveUp(BusException failure) {
        boolean refused = lifecycle.isUnproven() && CertificateAlert.isIn(failure);
        if (lifecycle.retire()) {
            pool.stopUsing(this); // Otherwise others could be added meanwhile, and end unsent.
        }
        if (refused) { // Each other connection would be refused too.
            inFlight.failAll(failure);
        }
        inFlight.giveUp(failure);
        close();
    }

    @Override
    public void onClosed() {
        lifecycle.close();
        removeFromPool();
        for (Sending<R> each : inFlight.takeSent()) {
            each.transaction().fail(Reason.CLOSED, "the server closed the connection before it sent a response", null);
        }
        pool.advance();
    }

    private void removeFromPool() {
        first = null;
        turn.over();
        pool.remove(this);
    }

    /** A transaction has ended without a response from this connection. */
    @Override
    public void forget(FramedTransaction<R> transaction) {
        Sending<R> sending = inFlight.take(transaction.tx());
        if (sending == null) {
            return;
        }
        boolean unsent = sending.withdraw();
        if (lifecycle.isUnproven() || (forLarge && !unsent)) {
            close();
        } else if (forLarge) {
            pool.free(this);
        }
        closeIfDone();
    }

    private void closeIfDone() {
        if (lifecycle.phase() == Phase.ENDING && inFlight.count() == 0) {
            close();
        }
    }

    /** Accepts no more transactions. */
    void retire() {
        lifecycle.retire();
        pool.stopUsing(this);
        closeIfDone();
    }

    /** Checks timeouts, and pings a silent server. Called periodically on the timer thread. */
    void checkTimeouts(long now) {
        closeIfDone(); // It may have been left to a server that is gone.
        Phase seen = lifecycle.phase();
        if (seen != Phase.KEPT && seen != Phase.ENDING) {
            return;
        }
        String fault = watch.lateFrame(server.options());
        if (fault == null && seen == Phase.KEPT) {
            fault = watch.silence(now, server.options());
        }
        if (fault != null) {
            giveUp(server.closed(fault));
        } else if (seen == Phase.KEPT
                && inFlight.count() == 0
                && now - lastUsed > server.options().idleTimeout().toNanos()) {
            retire();
        }
    }

    /** Closes it: at once if the server tolerates that, otherwise in order. Its transactions were removed before. */
    void close() {
        Sending<R> unanswered = first;
        Phase before = lifecycle.close();
        removeFromPool();
        switch (before) {
            case UNPROVEN -> attempt.closeInOrder(unanswered == null || unanswered.isUnsentAtEnd());
            case KEPT, ENDING -> channel.close();
            case CLOSED -> {} // Another thread has closed it.
        }
        pool.advance();
    }
}
