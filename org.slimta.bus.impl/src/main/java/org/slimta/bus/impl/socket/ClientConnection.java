package org.slimta.bus.impl.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.socket.ClientConnectionLifecycle.Phase;
import org.slimta.bus.impl.tls.CertificateAlert;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.SocketPeer;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RejectedFrameException;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * A connection of a client. It carries one transaction, whose response shows whether the server keeps connections; if
 * so, more may follow. It belongs to the options that it was made with. Source: the wire page, part B.
 */
final class ClientConnection<R> extends LinkedMembers.Member
        implements FrameConnection.Listener,
                Sending.Route<R>,
                KeptConnections.Member<FramedTransaction<R>>,
                FirstTransaction.Connection {

    /** While this many bytes wait to be sent, pings from the server are not answered. */
    private static final long MAX_UNSENT_BYTES = 1 << 20;

    private final ConnectionOwner<R, ClientConnection<R>> pool;
    private final TargetServer<R> server;
    private final ConnectAttempt attempt;
    private final FrameConnection channel;
    private final SocketContext context;
    private final boolean forLarge;
    private final SentTransactions<R> inFlight;
    private final Questions<R> questions;
    private final ServerWatch watch;
    private final ClientConnectionLifecycle lifecycle = new ClientConnectionLifecycle();
    private final FirstTransaction<R> first;
    private volatile long lastUsed;

    /**
     * Creates a connection that has just been opened.
     *
     * @param pool the pool that owns it
     * @param server its server
     * @param opened how it was opened
     */
    ClientConnection(
            ConnectionOwner<R, ClientConnection<R>> pool, TargetServer<R> server, PendingConnection.Opened<R> opened) {
        this.pool = pool;
        this.server = server;
        this.attempt = opened.attempt();
        this.channel = attempt.channel();
        this.context = opened.context();
        this.forLarge = opened.forLarge();
        this.inFlight = new SentTransactions<>(this, forLarge ? 1 : pool.busyThreshold(), pool::sendElsewhere);
        this.questions = new Questions<>(server, channel, inFlight, pool::sendElsewhere, pool::askAgain);
        this.first = new FirstTransaction<>(this, pool, server, opened.turn(), inFlight, questions, lifecycle);
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

    @Override
    public byte[] rootAttributes(long tx, FramedTransaction<R> transaction) {
        long epoch = server.session().epoch();
        return lifecycle.isUnproven() && server.asksQuestions()
                ? RootAttributes.firstRequest(
                        tx, transaction.ttl(), epoch, server.session().client())
                : RootAttributes.request(tx, transaction.ttl(), epoch, questions.seenToTell());
    }

    /** Returns the identity that the server has shown on it; null if the server cannot be asked. */
    String serverLife() {
        return questions.serverLife();
    }

    /** Returns the collaborators that it was made with. */
    SocketContext context() {
        return context;
    }

    @Override
    public boolean isInForce() {
        return server.isInForce(context);
    }

    @Override
    public boolean joinPool() {
        return pool.keep(this);
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
        first.set(transaction);
        attempt.setUser(this);
        if (transaction.isDone()) {
            forget(transaction);
        } else {
            first.start();
        }
    }

    /**
     * Asks the server what became of transactions.
     *
     * @return those that this connection has not become responsible for, because it accepts none any more
     */
    List<FramedTransaction<R>> ask(List<FramedTransaction<R>> transactions) {
        // Before they are here: if this connection breaks, the next question about them must bear a higher epoch, even
        // if this one leaves after that. Otherwise the server could take that one for the older of the two.
        long epoch = server.session().nextEpoch();
        List<FramedTransaction<R>> refused = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        for (FramedTransaction<R> each : transactions) {
            Sending<R> asked = inFlight.addAsked(each);
            if (each.isDone()) {
                forget(each);
            } else if (!lifecycle.isKept() && inFlight.take(asked) != null) {
                refused.add(each); // If another thread has taken it, that asks about it again.
            } else {
                numbers.add(asked.tx());
            }
        }
        questions.ask(numbers, epoch);
        closeIfDone(); // The thread that retired it has seen these.
        return refused;
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
        if (first.isProbing()) {
            first.onProbed(header, frame);
            return;
        }
        if (header.tx() == 0) {
            first.onLastResponses(header, frame);
            return;
        }
        Sending<R> sending = inFlight.take(header.tx());
        if (lifecycle.isUnproven()) {
            if (sending == null) {
                giveUp(server.malformed("the server answered transaction " + header.tx() + ", which was not sent"));
                return;
            }
            first.onFirstResponse(header);
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

    /** The first drain says that nothing more is read; the second, that everything that was read is answered. */
    private void onControl(Map<String, String> control) {
        String ping = control.get("ping");
        if (ping != null && channel.unsentBytes() < MAX_UNSENT_BYTES) {
            channel.send(ControlFrame.of(ControlFrames.pong(ping)));
            channel.flush();
        } else if ("true".equals(control.get("drain"))) {
            if (lifecycle.drain()) {
                first.over();
                pool.draining(this);
            } else {
                questions.broken(
                        inFlight.sendAllElsewhere(), server.closed("the server was closed, and cannot be asked"));
                close();
            }
        } else {
            questions.onAnswers(control);
            if (lifecycle.isUnproven() && inFlight.count() == 0) {
                close(); // Its first transaction was given back, and is sent over another one.
            }
            closeIfDone();
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
            breakOff(server.closed("a response is too large to be skipped: " + rejected.getMessage()));
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
    @Override
    public void giveUp(BusException failure) {
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

    /** Ends it because of a fault that says nothing about its transactions: the server is asked about them. */
    private void breakOff(BusException failure) {
        if (lifecycle.retire()) {
            pool.stopUsing(this);
        }
        questions.broken(inFlight.takeSent(), failure);
        close();
    }

    @Override
    public void onClosed() {
        lifecycle.close();
        first.onClosed();
        removeFromPool();
        questions.broken(inFlight.takeSent(), server.unanswered());
        pool.advance();
    }

    private void removeFromPool() {
        first.over();
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
        if (!unsent) {
            questions.cancel(sending.tx());
        }
        if (lifecycle.isUnproven() || (forLarge && !unsent)) {
            close();
        } else if (forLarge) {
            pool.free(this);
        }
        closeIfDone();
    }

    @Override
    public void closeIfDone() {
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
            breakOff(server.closed(fault));
        } else if (seen == Phase.KEPT
                && inFlight.count() == 0
                && now - lastUsed > server.options().idleTimeout().toNanos()) {
            retire();
        }
    }

    /** Closes it: at once if the server tolerates that, otherwise in order. Its transactions were removed before. */
    @Override
    public void close() {
        Sending<R> unanswered = first.sending();
        Phase before = lifecycle.close();
        removeFromPool();
        switch (before) {
            case UNPROVEN ->
                attempt.closeInOrder(!first.isProbing() && (unanswered == null || unanswered.isUnsentAtEnd()));
            case KEPT, ENDING -> {
                channel.flush(); // What was cancelled just before, because the client is closing.
                channel.close();
            }
            case CLOSED -> {} // Another thread has closed it.
        }
        pool.advance();
    }
}
