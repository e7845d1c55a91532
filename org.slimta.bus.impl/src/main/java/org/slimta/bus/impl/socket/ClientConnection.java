package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.socket.OpeningLimit.Server;
import org.slimta.bus.impl.tls.CertificateAlert;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * A connection of a client. It carries one transaction, whose answer tells whether the server keeps connections; if so, others
 * may follow. It belongs to the options that it was made with. Source: the wire page, part B.
 */
final class ClientConnection<R> extends LinkedMembers.Member
        implements FrameConnection.Listener, ClientExchange.Holder<R>, KeptConnections.Member<ClientExchange<R>> {

    /**
     * A server that has just come back may go away again and cut off new connections. That shows within this time, and nothing
     * is lost as long as nothing was sent.
     */
    private static final Duration SETTLED = Duration.ofMillis(20);

    /** Once this many bytes are waiting to be sent, pings from the server are no longer answered. */
    private static final long MOST_BACKLOG = 1 << 20;

    private enum State {
        /** What the server can do is not known: it carries one transaction, and must not be cut off in the middle of it. */
        UNPROVEN,
        /** The server keeps it, and it takes transactions. */
        KEPT,
        /** It takes no more transactions, and ends with those that it has. The server does not mind how it ends. */
        ENDING,
        /** It is closed, or on its way out. */
        CLOSED
    }

    private final ConnectionPool<R> pool;
    private final SocketClient<?, R> client;
    private final ReconnectQueue<ClientExchange<R>>.Turn turn;
    private final ConnectAttempt way;
    private final FrameConnection channel;
    private final BusEnd end;
    private final boolean forLarge;
    private final InFlight<Sending<R>> inFlight;
    private final ServerWatch watch;
    private volatile Sending<R> first;
    private volatile State state = State.UNPROVEN;
    private volatile boolean drained;
    private volatile long lastUsed;

    /**
     * A connection that has just come about.
     *
     * @param pool where it belongs
     * @param client whose it is
     * @param turn what told that it might be opened, and is told how it goes on
     * @param way what it came of
     * @param end what it was made with
     * @param forLarge whether it carries one transaction at a time, because they are large
     */
    ClientConnection(
            ConnectionPool<R> pool,
            SocketClient<?, R> client,
            ReconnectQueue<ClientExchange<R>>.Turn turn,
            ConnectAttempt way,
            BusEnd end,
            boolean forLarge) {
        this.pool = pool;
        this.client = client;
        this.turn = turn;
        this.way = way;
        this.channel = way.channel();
        this.end = end;
        this.forLarge = forLarge;
        this.inFlight = new InFlight<>(forLarge ? 1 : pool.busy());
        this.lastUsed = client.end().threads().now();
        this.watch = new ServerWatch(channel, lastUsed);
    }

    private Sending<R> put(ClientExchange<R> exchange) {
        Sending<R> sending = new Sending<>(exchange, this);
        exchange.assign(this);
        inFlight.put(exchange.tx(), sending);
        return sending;
    }

    private synchronized boolean change(State from, State to) {
        if (state != from) {
            return false;
        }
        state = to;
        return true;
    }

    @Override
    public boolean isKept() {
        return state == State.KEPT;
    }

    @Override
    public boolean isForLarge() {
        return forLarge;
    }

    /** Whether requests that leave now are numbered. */
    boolean numbers() {
        return client.keepsConnections() || state != State.UNPROVEN;
    }

    /** What it was made with. */
    BusEnd end() {
        return end;
    }

    @Override
    public int load() {
        return inFlight.size();
    }

    FrameConnection channel() {
        return channel;
    }

    /** Takes its first transaction. */
    void start(ClientExchange<R> exchange) {
        first = put(exchange);
        way.use(this);
        if (exchange.isDone()) {
            forget(exchange);
        } else if (pool.isUnsettled()) {
            client.end().threads().after(SETTLED, () -> end.network().connecting().execute(this::sendFirst));
        } else {
            sendFirst();
        }
    }

    private void sendFirst() {
        Sending<R> sending = first;
        if (sending == null || state != State.UNPROVEN) {
            return;
        }
        if (client.isInForce(end)) {
            sending.enqueue();
            channel.flush();
        } else {
            takeSent();
            close();
        }
    }

    @Override
    public boolean send(ClientExchange<R> exchange) {
        if (state != State.KEPT) {
            return false;
        }
        Sending<R> sending = put(exchange);
        if (exchange.isDone()) {
            forget(exchange);
            return true;
        }
        if (state != State.KEPT && inFlight.take(exchange.tx()) != null) {
            closeIfDone(); // Whoever retired it has seen this one.
            return exchange.isDone();
        }
        lastUsed = exchange.start();
        sending.enqueue();
        if (inFlight.size() <= 1) {
            channel.flush();
        } else if (!client.end().threads().putOff(channel.flusher())) {
            channel.execute(channel.flusher());
        }
        return true;
    }

    @Override
    public void onFrame(Frame frame) {
        FrameHeader head;
        try {
            head = end.coder().readHead(frame);
        } catch (BusException e) {
            giveUp(client.end().failures().at(client.target(), e));
            return;
        }
        if (head.envelope() == Envelope.RESPONSES) {
            onResponses(head, frame);
        } else if (head.envelope() == Envelope.CONTROL) {
            onControl(head.control());
        } else {
            giveUp(malformed("it sent <" + head.envelope().root() + ">; a server sends <responses>"));
        }
    }

    private BusException malformed(String what) {
        return client.end().failures().of(Reason.MALFORMED, client.target(), what, null);
    }

    private void onResponses(FrameHeader head, Frame frame) {
        Sending<R> only = first;
        if (head.tx() == 0) {
            onLastResponses(only == null ? null : inFlight.take(only.exchange().tx()), frame, head);
            return;
        }
        Sending<R> sending = inFlight.take(head.tx());
        if (state == State.UNPROVEN) {
            if (sending == null) {
                giveUp(malformed("it answered a transaction with the number " + head.tx() + ", which it was not sent"));
                return;
            }
            prove(head);
        }
        if (sending != null) {
            lastUsed = channel.incoming().lastRead();
            if (forLarge) {
                pool.free(this); // Before its owner hears of the answer, who may send the next one at once.
            }
            sending.exchange().answered(frame, head);
        }
        closeIfDone();
    }

    /** Who is turned away at the door is told so, and the connection ends; nothing else is learned by it. */
    private void prove(FrameHeader head) {
        first = null;
        if (head.isError(Reason.OVERLOADED)) {
            change(State.UNPROVEN, State.ENDING);
            turn.over();
        } else {
            if (change(State.UNPROVEN, State.KEPT) && !pool.list(this)) {
                change(State.KEPT, State.ENDING);
            }
            turn.answered(Server.SHARES);
        }
        pool.advance();
    }

    /** The server knows connections for one transaction only. */
    private void onLastResponses(Sending<R> sending, Frame frame, FrameHeader head) {
        if (state != State.UNPROVEN || sending == null) {
            giveUp(malformed("it sent responses without the number of their transaction (tx) over a kept connection"));
            return;
        }
        if (sending.isNumbered()) {
            turn.answered(Server.SINGLE);
        }
        sending.exchange().answered(frame, head);
        if (channel.unsentBytes() == 0) {
            change(State.UNPROVEN, State.ENDING); // It has had its whole frame.
        }
        close();
    }

    /** The first notice says that nothing more is read; the second, that all that was read is answered. */
    private void onControl(Map<String, String> control) {
        String ping = control.get("ping");
        if (ping != null && channel.unsentBytes() < MOST_BACKLOG) {
            channel.send(ControlFrame.of(ControlFrames.pong(ping)));
            channel.flush();
        } else if ("true".equals(control.get("drain"))) {
            if (!drained) {
                drained = true;
                end(State.ENDING);
                turn.over();
                pool.draining(this);
            } else {
                inFlight.takeAll().forEach(sending -> pool.sendElsewhere(sending.exchange()));
                close();
            }
        }
    }

    /** Gives the state before; nothing changes it any more when it is closed. */
    private synchronized State end(State to) {
        State before = state;
        if (before != State.CLOSED) {
            state = to;
        }
        return before;
    }

    /** A response that is over a limit of this end fails its transaction; the others go on if the rest of it can be skipped. */
    @Override
    public boolean onRejectedFrame(RejectedFrameException rejected) {
        FrameHeader head = rejected.start() == null ? null : end.coder().readStart(rejected.start());
        if (head == null || head.envelope() != Envelope.RESPONSES || state == State.UNPROVEN) {
            return false;
        }
        Sending<R> sending = head.tx() == 0 ? null : inFlight.take(head.tx());
        if (sending != null) {
            lastUsed = channel.incoming().lastRead();
            if (forLarge && rejected.isSkipped()) {
                pool.free(this);
            }
            sending.exchange().failAt(ofOpenOutcome(rejected));
        }
        if (!rejected.isSkipped()) {
            giveUp(client.end().failures()
                    .of(
                            Reason.CLOSED,
                            client.target(),
                            "a response is too large to be skipped: " + rejected.getMessage() + "; the connection is given up",
                            null));
        } else {
            closeIfDone();
        }
        return head.tx() != 0;
    }

    @Override
    public void onBadFrame(BusException failure) {
        giveUp(client.end().failures().at(client.target(), failure));
    }

    /**
     * Ends it for what has happened on it. What was not sent goes elsewhere. If one transaction alone was sent, that one is
     * concerned; of several it is not known which. A failure that says that nothing was processed is told only if that is so.
     */
    private void giveUp(BusException failure) {
        boolean refused = state == State.UNPROVEN && CertificateAlert.isIn(failure);
        if (change(State.KEPT, State.ENDING)) {
            pool.unlist(this); // Else others would be put on it meanwhile, which end unsent.
        }
        if (refused) { // Each other connection would be refused too.
            inFlight.takeAll().forEach(each -> each.exchange().fail(failure));
        }
        List<Sending<R>> sent = takeSent();
        for (Sending<R> each : sent) {
            each.exchange().fail(
                    sent.size() > 1
                            ? new BusException(Reason.CLOSED, failure.getMessage(), failure)
                            : ofOpenOutcome(failure));
        }
        close();
    }

    /** What is told of a transaction that may have been processed: no reason that says that it was not. */
    private static BusException ofOpenOutcome(BusException failure) {
        return switch (failure.reason()) {
            case CONNECT, OVERLOADED, EXPIRED -> new BusException(Reason.CLOSED, failure.getMessage(), failure);
            default -> failure;
        };
    }

    /** Takes all from it. Has those sent elsewhere of which nothing was sent, and gives the others. */
    private List<Sending<R>> takeSent() {
        List<Sending<R>> sent = new ArrayList<>();
        for (Sending<R> each : inFlight.takeAll()) {
            if (each.withdraw()) {
                pool.sendElsewhere(each.exchange());
            } else {
                sent.add(each);
            }
        }
        return sent;
    }

    @Override
    public void onClosed() {
        end(State.CLOSED);
        gone();
        for (Sending<R> each : takeSent()) {
            each.exchange().fail(Reason.CLOSED, "the server closed the connection before it answered", null);
        }
        pool.advance();
    }

    private void gone() {
        first = null;
        turn.over();
        pool.remove(this);
    }

    /** A transaction has ended without an answer from here. */
    @Override
    public void forget(ClientExchange<R> exchange) {
        Sending<R> sending = inFlight.take(exchange.tx());
        if (sending == null) {
            return;
        }
        boolean unsent = sending.withdraw();
        if (state == State.UNPROVEN || forLarge && !unsent) {
            close();
        } else if (forLarge) {
            pool.free(this);
        }
        closeIfDone();
    }

    private void closeIfDone() {
        if (state == State.ENDING && inFlight.size() == 0) {
            close();
        }
    }

    /** Takes no more transactions. */
    void retire() {
        change(State.KEPT, State.ENDING);
        pool.unlist(this);
        closeIfDone();
    }

    /** Ends what takes too long, and asks whether the server is there. Called now and then, on the timer. */
    void look(long now) {
        closeIfDone(); // Whoever ended it may have left it to a server that is not there any more.
        State seen = state;
        if (seen != State.KEPT && seen != State.ENDING) {
            return;
        }
        String wrong = watch.lateFrame(client.options());
        if (wrong == null && seen == State.KEPT) {
            wrong = watch.silence(now, client.options());
        }
        if (wrong != null) {
            String what = wrong + "; the connection is given up";
            giveUp(client.end().failures().of(Reason.CLOSED, client.target(), what, null));
        } else if (seen == State.KEPT
                && inFlight.size() == 0
                && now - lastUsed > client.options().idleTimeout().toNanos()) {
            retire();
        }
    }

    /** Closes it: at once if the server does not mind, else in order. What is on it has been taken from it before. */
    void close() {
        Sending<R> unanswered = first;
        State before = end(State.CLOSED);
        gone();
        switch (before) {
            case UNPROVEN -> way.leave(unanswered == null || unanswered.isUnsentAtEnd());
            case KEPT, ENDING -> channel.close();
            case CLOSED -> {
                // By somebody else.
            }
        }
        pool.advance();
    }
}
