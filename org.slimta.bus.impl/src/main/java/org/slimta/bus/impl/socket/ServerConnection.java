package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.socket.ConnectionLifecycle.Phase;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.IncomingFrames;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.transport.SocketPeer;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * A connection to a server. A client that numbers its transactions may send any number of them; of one that does not, one is
 * read, and the connection ends with its answer. Source: the wire page, parts A and B.
 */
final class ServerConnection<Q, R> extends LinkedMembers.Member
        implements FrameConnection.Listener,
                ServerExchange.Connection<Q, R>,
                ParkedConnections.Parked,
                ClientWatch.Watched {

    /** The server of a connection. The methods are called on any thread. */
    interface Owner<Q, R> {

        /** The connection is closed. Called once. */
        void onClosed(ServerConnection<Q, R> connection);

        /**
         * Closing the server need not wait for this connection any more: it is closed, or its client (part A) need not close its
         * end. Called once.
         */
        void onFinished();
    }

    private final ServerContext<Q, R> server;
    private final Reception<Q, R> reception;
    private final Owner<Q, R> owner;
    private volatile SocketPeer peer;
    private final FrameConnection channel;
    private final IncomingFrames incoming;
    private final FirstFrame first;
    private final Tls tls;
    private final UnansweredRequests<ServerExchange<Q, R>> unanswered = new UnansweredRequests<>();
    private final AtomicReference<ServerExchange<Q, R>> stalled = new AtomicReference<>();
    private final ResponseBatch batch;
    private final ConnectionLifecycle life = new ConnectionLifecycle();
    private final Backpressure<Q, R> backpressure;
    private final UnreadableRequests unreadable;
    private final ClientWatch watch;

    /**
     * Opens a connection. It reads nothing before {@link #start()}.
     *
     * @param server what it shares with the other connections
     * @param owner the server
     * @param context the collaborators of connections that are opened now
     * @param connection the connection that was accepted
     */
    ServerConnection(
            ServerContext<Q, R> server, Owner<Q, R> owner, SocketContext context, IncomingConnection connection) {
        this.server = server;
        this.reception = server.reception();
        this.owner = owner;
        this.peer = SocketPeer.of(connection.peerAddress());
        this.tls = context.tls();
        Duration handshakeTimeout = tls == null ? Duration.ZERO : tls.options().handshakeTimeout();
        long now = now();
        this.first = tls == null ? FirstFrame.withoutTls(now) : FirstFrame.withTls(now, handshakeTimeout.toNanos());
        this.channel = connection.open(context.settings(null, reception.threads().responses(), true), this);
        this.incoming = channel.incoming();
        this.batch = new ResponseBatch(reception.inbox(), server.deferred(), channel::flush);
        this.backpressure = new Backpressure<>(reception, server.parked(), channel, unanswered, life);
        this.unreadable = new UnreadableRequests(reception, channel, life, () -> peer.name());
        this.watch = new ClientWatch(reception, this, channel, life, handshakeTimeout, () -> peer.name());
    }

    private long now() {
        return reception.context().now();
    }

    /** Begins to read. */
    void start() {
        if (!channel.isSecuring()) {
            incoming.expectFrame();
        }
        channel.start();
    }

    FrameConnection channel() {
        return channel;
    }

    /** The TLS that it was made with, or null. */
    Tls tls() {
        return tls;
    }

    @Override
    public SocketPeer peer() {
        return peer;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void onSecured(PeerIdentity identity) {
        peer = peer.with(identity);
        first.onSecured(now());
        incoming.expectFrame();
    }

    @Override
    public void onFrame(Frame frame) {
        if (!life.isReading()) {
            return;
        }
        FrameHeader head;
        try {
            head = reception.context().coder().readHeader(frame);
        } catch (BusException e) {
            if (!failAlone(frame.xml(), e)) {
                refuse(reception.failures().at(peer.name(), e));
            }
            return;
        }
        switch (head.envelope()) {
            case REQUESTS -> onRequests(head, frame);
            case CONTROL -> onControl(head);
            case RESPONSES -> refuse(malformed("it sent responses; a client sends requests"));
        }
    }

    private BusException malformed(String what) {
        return reception.failures().of(Reason.MALFORMED, peer.name(), what, null);
    }

    @Override
    public boolean onRejectedFrame(RejectedFrameException rejected) {
        if (!life.isReading()) {
            return true;
        }
        boolean told = rejected.start() == null || failAlone(rejected.start(), rejected);
        if (told && !rejected.isSkipped()) {
            drain(); // What is behind it cannot be read, and goes elsewhere.
        }
        return told;
    }

    @Override
    public boolean failAlone(byte[] xml, BusException found) {
        boolean told = unreadable.fail(xml, found);
        if (told) {
            backpressure.check();
        }
        return told;
    }

    private void onRequests(FrameHeader head, Frame frame) {
        ServerExchange<Q, R> exchange = new ServerExchange<>(reception, this, head, frame);
        channel.hold(exchange.weight());
        unanswered.add(exchange);
        if (exchange.isNumbered()) {
            life.keep();
        } else {
            incoming.pause(PauseReason.IN_FLIGHT);
            life.stopReading();
        }
        switch (server.parked().offer(exchange)) {
            case FULL -> {
                stalled.set(exchange);
                park();
                backpressure.check(); // Each time that there is room one request is taken in, whether answers leave or not.
            }
            case CLOSED -> {
                exchange.returnToClient();
                drain();
            }
            case TAKEN, OVER -> backpressure.check();
        }
    }

    @Override
    public boolean setAside(ServerExchange<Q, R> exchange) {
        return backpressure.setAside(exchange);
    }

    private void onControl(FrameHeader head) {
        String ping = head.control().get("ping");
        if (life.phase() == Phase.NEW) {
            refuse(malformed("it sent <control> before any request with an attribute tx"));
        } else if (ping != null) {
            channel.send(ControlFrame.of(ControlFrames.pong(ping)));
            channel.flush();
            backpressure.check();
        }
    }

    @Override
    public void onReadComplete(boolean midFrame) {
        if (midFrame && reception.inbox().isFull()) {
            park();
        }
    }

    @Override
    public void onBadFrame(BusException failure) {
        refuse(reception.failures().at(peer.name(), failure));
    }

    /** Ends the connection for what it brought; what it has brought before is answered. */
    @Override
    public void refuse(BusException failure) {
        if (life.stopReading()) {
            reception.refused(failure);
        }
        incoming.ignore();
        finishWhenAnswered();
    }

    /** Reads nothing more until there is room in the queue. */
    private void park() {
        incoming.pause(PauseReason.QUEUE_FULL);
        server.parked().park(this);
    }

    /**
     * There is room: what had none is taken in, and more is read.
     *
     * @return whether there was room enough
     */
    @Override
    public boolean unpark() {
        ServerExchange<Q, R> exchange = stalled.getAndSet(null);
        if (exchange != null) {
            Inbox.Offer offer = reception.inbox().offer(exchange);
            if (offer == Inbox.Offer.FULL) {
                stalled.set(exchange);
                if (reception.isStopped()) {
                    channel.execute(this::drain); // It may have found nothing here just now.
                }
                return false;
            }
            if (offer == Inbox.Offer.CLOSED) {
                exchange.returnToClient();
            }
        }
        channel.execute(() -> incoming.resume(PauseReason.QUEUE_FULL));
        return true;
    }

    @Override
    public void replaceReply(OutboundFrame failure) {
        if (failure == null) {
            channel.close();
        } else {
            channel.send(failure);
            channel.flush();
        }
    }

    @Override
    public void reply(ServerExchange<Q, R> exchange, OutboundFrame reply) {
        channel.hold(-exchange.weight());
        if (reply != null) {
            channel.send(reply);
        }
        int rest = unanswered.remove(exchange);
        backpressure.readOnSoon();
        if (rest == 0) {
            channel.flush();
            finishWhenAnswered();
        } else if (!batch.add(exchange.receiverNanos()) && !reception.context().threads().deferFlush(channel.flusher())) {
            channel.execute(channel.flusher());
        }
    }

    @Override
    public void onWritten() {
        backpressure.relax();
        finishWhenAnswered();
    }

    /**
     * The server takes in nothing more. A client that can be told is told so at once, and again when all that was read is
     * answered: then it knows that the rest was not. To be called on the selector thread.
     */
    @Override
    public void drain() {
        long expected = firstFrameExpected();
        if (expected > 0) {
            reception.context().threads().after(first.checkPause(expected), this::drainSoon);
            return;
        }
        unreadable.identify(incoming.beginning());
        ServerExchange<Q, R> exchange = stalled.getAndSet(null);
        if (exchange != null) {
            exchange.returnToClient();
        }
        if (reception.isStopped()) {
            backpressure.setAsideNoMore();
        }
        if (!life.drain(this::sayDrain)) {
            life.stopReading();
        }
        incoming.ignore();
        channel.flush();
        finishWhenAnswered();
    }

    /** How long it is expected to bring a first request, in nanoseconds; zero or less if not. */
    private long firstFrameExpected() {
        return life.phase() == Phase.NEW && channel.isOpen() ? first.left(now(), channel.hasBegunHandshake()) : 0;
    }

    /** Closes it at once, unless its client may have sent a first request that has not arrived. */
    void closeIfNothingIsExpected() {
        if (firstFrameExpected() <= 0) {
            channel.close();
        }
    }

    private void sayDrain() {
        channel.send(ControlFrame.of(ControlFrames.drain()));
    }

    private void finishWhenAnswered() {
        if (life.isReading() || unanswered.count() > 0) {
            return;
        }
        if (life.sayLastWord(this::sayDrain)) {
            channel.flush();
        }
        if (channel.unsentBytes() > 0 || life.phase() != Phase.ENDING) {
            return;
        }
        if (life.finish(now())) {
            channel.finish(life.isNumbered());
            if (!life.isNumbered()) {
                owner.onFinished();
            }
        }
    }

    @Override
    public void onClosed() {
        Phase before = life.close();
        if (before == Phase.CLOSED) {
            return;
        }
        stalled.set(null);
        batch.close();
        backpressure.close();
        unanswered.forEach(reception::forget);
        owner.onClosed(this);
        if (before != Phase.FINISHING || life.isNumbered()) {
            owner.onFinished();
        }
    }

    /** Checks timeouts. Called periodically on the timer thread. */
    void checkTimeouts() {
        if (life.phase() != Phase.FINISHING) {
            watch.checkTimeouts();
        } else if (life.hasLingered(now())) {
            channel.close();
        }
    }

    @Override
    public boolean isAllAnswered() {
        return unanswered.count() == 0;
    }

    /** Drains on the selector thread. Called on any. */
    void drainSoon() {
        channel.execute(this::drain);
    }

    void close() {
        channel.close();
    }
}
