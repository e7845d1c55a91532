package org.slimta.bus.impl.socket;

import java.time.Duration;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.socket.ConnectionLifecycle.Phase;
import org.slimta.bus.impl.tls.Tls;
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
 * A connection to a server. A client that numbers its transactions may send any number of them; of another client one
 * transaction is read, and the connection ends with its response. Source: the wire page, parts A and B.
 */
final class ServerConnection<Q, R> extends LinkedMembers.Member
        implements FrameConnection.Listener,
                ServerExchange.Connection<Q, R>,
                ParkedConnections.Parked,
                ClientWatch.Watched {

    private final ServerContext<Q, R> server;
    private final Reception<Q, R> reception;
    private final ServerConnectionOwner<ServerConnection<Q, R>> owner;
    private volatile SocketPeer peer;
    private final FrameConnection channel;
    private final IncomingFrames incoming;
    private final FirstFrame first;
    private final Tls tls;
    private final UnansweredRequests<ServerExchange<Q, R>> unanswered = new UnansweredRequests<>();
    private final StalledRequest<Q, R> stalled;
    private final ClientQuestions<Q, R> questions;
    private final ResponseBatch batch;
    private final ConnectionLifecycle lifecycle = new ConnectionLifecycle();
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
            ServerContext<Q, R> server,
            ServerConnectionOwner<ServerConnection<Q, R>> owner,
            SocketContext context,
            IncomingConnection connection) {
        this.server = server;
        this.reception = server.reception();
        this.owner = owner;
        this.peer = SocketPeer.of(connection.peerAddress());
        this.tls = context.tls();
        Duration handshakeTimeout = tls == null ? Duration.ZERO : tls.options().handshakeTimeout();
        long now = now();
        this.first = tls == null ? FirstFrame.withoutTls(now) : FirstFrame.withTls(now, handshakeTimeout.toNanos());
        this.channel =
                connection.open(context.settings(null, reception.threads().responses(), true), this);
        this.incoming = channel.incoming();
        this.stalled = new StalledRequest<>(reception, server.parked(), channel);
        this.questions =
                new ClientQuestions<>(reception, server.records(), this, channel, what -> refuse(malformed(what)));
        this.batch = new ResponseBatch(reception.inbox(), server.deferred(), channel::flush);
        this.backpressure = new Backpressure<>(reception, server.parked(), channel, unanswered, lifecycle);
        this.unreadable = new UnreadableRequests(reception, channel, lifecycle, () -> peer.name());
        this.watch = new ClientWatch(reception, this, channel, lifecycle, handshakeTimeout, () -> peer.name());
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

    /** Returns the TLS that it was made with, or null. */
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
        if (!lifecycle.isReading()) {
            return;
        }
        FrameHeader header;
        try {
            header = reception.context().coder().readHeader(frame);
        } catch (BusException e) {
            if (!failAlone(frame.xml(), e)) {
                refuse(reception.failures().at(peer.name(), e));
            }
            return;
        }
        switch (header.envelope()) {
            case REQUESTS -> onRequests(header, frame);
            case CONTROL -> onControl(header);
            case RESPONSES -> refuse(malformed("the client sent <responses> instead of <requests>"));
        }
    }

    private BusException malformed(String what) {
        return reception.failures().of(Reason.MALFORMED, peer.name(), what, null);
    }

    @Override
    public boolean onRejectedFrame(RejectedFrameException rejected) {
        if (!lifecycle.isReading()) {
            return true;
        }
        boolean reported = rejected.start() == null || failAlone(rejected.start(), rejected);
        if (reported && !rejected.isSkipped()) {
            drain(); // What follows cannot be read; the client sends it elsewhere.
        }
        return reported;
    }

    @Override
    public boolean failAlone(byte[] xml, BusException found) {
        boolean reported = unreadable.fail(xml, found);
        if (reported) {
            backpressure.pauseIfOverLimit();
        }
        return reported;
    }

    private void onRequests(FrameHeader header, Frame frame) {
        ServerExchange<Q, R> request = questions.accept(lifecycle.phase() == Phase.NEW, header, frame);
        if (request == null) {
            lifecycle.keep();
            backpressure.pauseIfOverLimit();
            return;
        }
        channel.addMemory(request.weight());
        unanswered.add(request);
        if (request.isNumbered()) {
            lifecycle.keep();
        } else {
            incoming.pause(PauseReason.IN_FLIGHT);
            lifecycle.stopReading();
        }
        switch (server.parked().offer(request)) {
            case FULL -> {
                stalled.set(request);
                stalled.park(this);
                backpressure.pauseIfOverLimit(); // Room alone would admit requests even if no response is read.
            }
            case CLOSED -> {
                request.returnToClient();
                drain();
            }
            case TAKEN, OVER -> backpressure.pauseIfOverLimit();
        }
    }

    @Override
    public boolean setAside(ServerExchange<Q, R> request) {
        return backpressure.setAside(request);
    }

    private void onControl(FrameHeader header) {
        String ping = header.control().get("ping");
        if (lifecycle.phase() == Phase.NEW) {
            refuse(malformed("the client sent <control> before any request with the attribute tx"));
        } else if (ping != null) {
            channel.send(ControlFrame.of(ControlFrames.pong(ping)));
            channel.flush();
            backpressure.pauseIfOverLimit();
        } else {
            questions.onControl(header.control());
            backpressure.pauseIfOverLimit();
        }
    }

    @Override
    public void onReadComplete(boolean midFrame) {
        if (midFrame && reception.inbox().isFull()) {
            stalled.park(this);
        }
    }

    @Override
    public void onBadFrame(BusException failure) {
        refuse(reception.failures().at(peer.name(), failure));
    }

    /** Ends the connection because of what arrived; what arrived before is answered. */
    @Override
    public void refuse(BusException failure) {
        if (lifecycle.stopReading()) {
            reception.refused(failure);
        }
        incoming.ignore();
        finishWhenAnswered();
    }

    @Override
    public boolean unpark() {
        return stalled.retry(this::drain);
    }

    @Override
    public void replaceReply(OutboundFrame failure) {
        if (failure == null) {
            channel.close();
        } else {
            replyAgain(failure);
        }
    }

    @Override
    public void replyAgain(OutboundFrame reply) {
        channel.send(reply);
        channel.flush();
    }

    @Override
    public ServerExchange.Memory memory() {
        return questions;
    }

    @Override
    public void adopt(ServerExchange<Q, R> request) {
        channel.addMemory(request.weight());
        unanswered.add(request);
    }

    @Override
    public void giveAway(ServerExchange<Q, R> request) {
        channel.addMemory(-request.weight());
        unanswered.remove(request);
    }

    @Override
    public void onGivenAway() {
        backpressure.resumeReadingSoon();
        finishWhenAnswered();
    }

    @Override
    public void reply(ServerExchange<Q, R> request, OutboundFrame reply) {
        channel.addMemory(-request.weight());
        if (reply != null) {
            channel.send(reply == request ? reply : questions.offerWith(reply));
        }
        int remaining = unanswered.remove(request);
        backpressure.resumeReadingSoon();
        if (remaining == 0) {
            channel.flush();
            finishWhenAnswered();
        } else if (!batch.add(request.receiverNanos())
                && !reception.context().threads().deferFlush(channel.flusher())) {
            channel.execute(channel.flusher());
        }
    }

    @Override
    public void onWritten() {
        backpressure.onRelief();
        finishWhenAnswered();
    }

    /**
     * Accepts nothing more. If the client can be notified, it is notified at once, and again when everything that was
     * read is answered: then it knows that the rest was not read. To be called on the selector thread.
     */
    @Override
    public void drain() {
        long expected = nanosToFirstFrame();
        if (expected > 0) {
            reception.context().threads().after(first.checkPause(expected), this::drainSoon);
            return;
        }
        unreadable.identify(incoming.beginning());
        stalled.returnToClient();
        if (reception.isStopped()) {
            backpressure.releaseAside();
        }
        if (!lifecycle.drain(this::sendDrain)) {
            lifecycle.stopReading();
        }
        incoming.ignore();
        channel.flush();
        finishWhenAnswered();
    }

    /** How long a first request is still expected, in nanoseconds; zero or less if none is. */
    private long nanosToFirstFrame() {
        return lifecycle.phase() == Phase.NEW && channel.isOpen() ? first.left(now(), channel.hasBegunHandshake()) : 0;
    }

    /** Closes it at once, unless its client may have sent a first request that has not arrived. */
    void closeUnlessRequestExpected() {
        if (nanosToFirstFrame() <= 0) {
            channel.close();
        }
    }

    private void sendDrain() {
        channel.send(ControlFrame.of(ControlFrames.drain()));
    }

    private void finishWhenAnswered() {
        if (lifecycle.isReading() || unanswered.count() > 0) {
            return;
        }
        if (lifecycle.finishDraining(this::sendDrain)) {
            channel.flush();
        }
        if (channel.unsentBytes() > 0 || lifecycle.phase() != Phase.ENDING) {
            return;
        }
        if (lifecycle.finish(now())) {
            channel.finish(lifecycle.isNumbered());
            if (!lifecycle.isNumbered()) {
                owner.onFinished();
            }
        }
    }

    @Override
    public void onClosed() {
        Phase before = lifecycle.close();
        if (before == Phase.CLOSED) {
            return;
        }
        batch.close();
        unanswered.forEach(reception::forget);
        stalled.returnToClient(); // Only what the client has asked about over another connection is left.
        backpressure.close();
        questions.close();
        owner.onClosed(this);
        if (before != Phase.FINISHING || lifecycle.isNumbered()) {
            owner.onFinished();
        }
    }

    /** Checks timeouts. Called periodically on the timer thread. */
    void checkTimeouts() {
        if (lifecycle.phase() != Phase.FINISHING) {
            watch.checkTimeouts();
        } else if (lifecycle.hasLingered(now())) {
            channel.close();
        }
    }

    @Override
    public int unansweredCount() {
        return unanswered.count();
    }

    /** Drains on the selector thread. May be called on any thread. */
    void drainSoon() {
        channel.execute(this::drain);
    }

    void close() {
        channel.close();
    }
}
