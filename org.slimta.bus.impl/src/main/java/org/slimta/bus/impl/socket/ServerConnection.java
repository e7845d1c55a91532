package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.socket.ConnectionLifecycle.Phase;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingConnection;
import org.slimta.bus.impl.transport.IncomingFrames;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.transport.PauseReason;
import org.slimta.bus.impl.transport.SocketPeer;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * A connection to a server. A client that numbers its transactions may send any number of them; of one that does not, one is
 * read, and the connection ends with its answer. Source: the wire page, parts A and B.
 */
final class ServerConnection<Q, R> extends LinkedMembers.Member implements FrameConnection.Listener {

    /** Frames above this size, in bytes, are not read into memory before they are sent. */
    static final int LARGE = 256 << 10;

    /** How long a client has to close its end when all is said. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(2);

    /** How often a closing server checks whether a TLS handshake it waits for has finished. */
    private static final long HANDSHAKE_PAUSE = TimeUnit.MILLISECONDS.toNanos(125);

    private final SocketServer<Q, R> server;
    private volatile SocketPeer peer;
    private final FrameConnection channel;
    private final IncomingFrames incoming;
    private final FirstFrame first;
    private final Tls tls;
    private final Duration handshakeTimeout;
    private final UnansweredRequests<ServerExchange<Q, R>> unanswered = new UnansweredRequests<>();
    private final AtomicReference<ServerExchange<Q, R>> stalled = new AtomicReference<>();
    private final ResponseBatch batch;
    private final ConnectionLifecycle life = new ConnectionLifecycle();
    private final Backpressure<Q, R> backpressure;
    private volatile long finishedAt;

    ServerConnection(SocketServer<Q, R> server, IncomingConnection connection) {
        this.server = server;
        this.peer = SocketPeer.of(connection.peerAddress());
        BusEnd end = server.end();
        this.tls = end.tls();
        this.handshakeTimeout = tls == null ? Duration.ZERO : tls.options().handshakeTimeout();
        long now = end.threads().now();
        this.first = tls == null ? FirstFrame.withoutTls(now) : FirstFrame.withTls(now, handshakeTimeout.toNanos());
        this.channel = connection.open(end.settings(null, server.threads().responses(), true), this);
        this.incoming = channel.incoming();
        this.batch = new ResponseBatch(server, channel::flush);
        this.backpressure = new Backpressure<>(server, channel, unanswered, life);
    }

    private long now() {
        return server.end().threads().now();
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

    /** What it was made with to be encrypted, or null if it is not. */
    Tls tls() {
        return tls;
    }

    SocketPeer peer() {
        return peer;
    }

    boolean isOpen() {
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
            head = server.end().coder().readHead(frame);
        } catch (BusException e) {
            if (!failAlone(frame.xml(), e)) {
                refuse(server.end().failures().at(peer.name(), e));
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
        return server.end().failures().of(Reason.MALFORMED, peer.name(), what, null);
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

    /**
     * Fails one transaction for what arrived of it.
     *
     * @param xml its XML, or the beginning of that
     * @return whether its client can be told; if not, nothing has happened
     */
    private boolean failAlone(byte[] xml, BusException found) {
        FrameHeader head = identify(xml);
        if (head == null) {
            return false;
        }
        BusException failure = server.end().failures().at(peer.name(), found);
        channel.send(ControlFrame.of(ControlFrames.failure(head.tx(), failure))); // Whoever sees it counted finds it on its way.
        server.refused(failure);
        channel.flush();
        backpressure.check();
        return true;
    }

    /**
     * Learns from a frame that is not read as a whole whether its client numbers its transactions, and so can be told of one.
     *
     * @param xml the beginning of its XML, or null
     * @return its head if the client does, or null
     */
    private FrameHeader identify(byte[] xml) {
        FrameHeader head = xml == null ? null : server.end().coder().readStart(xml);
        if (head == null || head.envelope() != Envelope.REQUESTS || head.tx() == 0) {
            return null;
        }
        life.keep();
        return head;
    }

    private void onRequests(FrameHeader head, Frame frame) {
        ServerExchange<Q, R> exchange = new ServerExchange<>(server, this, head, frame);
        channel.addMemory(exchange.weight());
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
                exchange.giveBack();
                drain();
            }
            case TAKEN, OVER -> backpressure.check();
        }
    }

    boolean setAside(ServerExchange<Q, R> exchange) {
        return backpressure.setAside(exchange);
    }

    private void onControl(FrameHeader head) {
        String ping = head.control().get("ping");
        if (life.phase() == Phase.NEW) {
            refuse(malformed("it sent <control> before any request with an attribute tx"));
        } else if (ping != null) {
            tell(ControlFrame.of(ControlFrames.pong(ping)));
            backpressure.check();
        }
    }

    @Override
    public void onReadComplete(boolean midFrame) {
        if (midFrame && server.inbox().isFull()) {
            park();
        }
    }

    @Override
    public void onBadFrame(BusException failure) {
        refuse(server.end().failures().at(peer.name(), failure));
    }

    /** Ends the connection for what it brought; what it has brought before is answered. */
    private void refuse(BusException failure) {
        if (life.stopReading()) {
            server.refused(failure);
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
    boolean unpark() {
        ServerExchange<Q, R> exchange = stalled.getAndSet(null);
        if (exchange != null) {
            switch (server.inbox().offer(exchange)) {
                case FULL -> {
                    stalled.set(exchange);
                    if (server.isClosed()) {
                        channel.execute(this::drain); // It may have found nothing here just now.
                    }
                    return false;
                }
                case CLOSED -> {
                    exchange.giveBack();
                }
                case TAKEN, OVER -> {
                    // It will be received.
                }
            }
        }
        channel.execute(() -> incoming.resume(PauseReason.QUEUE_FULL));
        return true;
    }

    /** Says something about a transaction whose answer cannot be sent, or about the connection. */
    void tell(ControlFrame notice) {
        channel.send(notice);
        channel.flush();
    }

    /** Sends an answer, if there is one to be sent. */
    void answer(ServerExchange<Q, R> exchange, OutboundFrame answer) {
        channel.addMemory(-exchange.weight());
        if (answer != null) {
            channel.send(answer);
        }
        int rest = unanswered.remove(exchange);
        backpressure.readOnSoon();
        if (rest == 0) {
            channel.flush();
            finishWhenAnswered();
        } else if (!batch.add(exchange.timeOfReceiver()) && !server.end().threads().putOff(channel.flusher())) {
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
    void drain() {
        long expected = firstFrameExpected();
        if (expected > 0) {
            long pause = first.isReady() ? expected : Math.min(expected, HANDSHAKE_PAUSE);
            server.end().threads().after(Duration.ofNanos(pause), this::drainSoon);
            return;
        }
        identify(incoming.beginning());
        ServerExchange<Q, R> exchange = stalled.getAndSet(null);
        if (exchange != null) {
            exchange.giveBack();
        }
        if (server.isClosed()) {
            backpressure.setAsideNoMore();
        }
        if (!life.drain(this::sayDrain)) {
            life.stopReading();
        }
        incoming.ignore();
        channel.flush();
        finishWhenAnswered();
    }

    /** How long it is expected to bring a first request, in nanoseconds; zero if not. */
    private long firstFrameExpected() {
        return life.phase() == Phase.NEW && channel.isOpen()
                ? Math.max(0, first.left(now(), channel.hasBegunHandshake()))
                : 0;
    }

    /** Closes it at once, unless its client may have sent a first request that has not arrived. */
    void closeIfNothingIsExpected() {
        if (firstFrameExpected() == 0) {
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
        finishedAt = now(); // Before the timer may see that it has finished, and for how long.
        if (life.finish()) {
            channel.finish(life.isNumbered());
            if (!life.isNumbered()) {
                server.done();
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
        unanswered.forEach(server::forget);
        server.forget(this);
        if (before != Phase.FINISHING || life.isNumbered()) {
            server.done();
        }
    }

    /** Ends what takes too long. Called now and then, on the timer. */
    void look() {
        long now = now();
        if (life.phase() == Phase.FINISHING) {
            if (now - finishedAt > LINGER) {
                channel.close();
            }
            return;
        }
        if (channel.isSecuring() && life.isReading() && channel.age() > handshakeTimeout.toNanos()) {
            channel.execute(this::onHandshakeTimeout);
            return;
        }
        if (isParked()) {
            channel.execute(this::sayThatItIsParked);
        }
        long frameTimeout = server.options().frameTimeout().toNanos();
        long rate = server.options().minRate();
        String lateTaking = channel.overdueOutput(frameTimeout, rate);
        if (lateTaking != null) {
            server.refused(timeout("it does not take its answers " + lateTaking));
            channel.close();
        } else if (life.isReading() && incoming.overdue(frameTimeout, rate) != null) {
            channel.execute(() -> endIfLate(frameTimeout, rate));
        } else if (isIdle()) {
            channel.execute(() -> {
                if (isIdle()) {
                    drain();
                }
            });
        }
    }

    /** It is asked again on the selector thread: the handshake may have come to its end since the timer looked. */
    private void onHandshakeTimeout() {
        if (channel.isSecuring()) {
            refuse(timeout("no TLS handshake within " + handshakeTimeout.toMillis() + " ms (handshakeTimeout)"));
        }
    }

    /**
     * The frame fails alone if its client can be told, or has been; then what is behind it goes elsewhere. It is asked again on
     * the selector thread: since the timer looked the frame may have come, and another one be arriving.
     */
    private void endIfLate(long frameTimeout, long rate) {
        String late = life.isReading() ? incoming.overdue(frameTimeout, rate) : null;
        if (late == null) {
            return;
        }
        BusException failure = timeout("its frame does not arrive " + late);
        byte[] start = incoming.beginning();
        if (incoming.isSkipping() || incoming.reject(failure) || failAlone(start, failure)) {
            drain();
        } else {
            refuse(failure);
        }
    }

    /** Its ping cannot be read now. */
    private boolean isParked() {
        return life.phase() == Phase.KEPT && incoming.isPaused() && channel.unsentBytes() == 0;
    }

    /** On the selector thread, and nowhere else it ceases to be read: so nothing is said behind its end. */
    private void sayThatItIsParked() {
        if (isParked()) {
            tell(ControlFrame.of(ControlFrames.pong("parked")));
        }
    }

    private boolean isIdle() {
        return life.phase() == Phase.KEPT
                && unanswered.count() == 0
                && !incoming.isPaused()
                && now() - channel.incoming().lastRead() > server.options().idleTimeout().toNanos();
    }

    private BusException timeout(String what) {
        return server.end().failures().of(Reason.TIMEOUT, peer.name(), what, null);
    }

    /** Drains on the selector thread. Called on any. */
    void drainSoon() {
        channel.execute(this::drain);
    }

    void close() {
        channel.close();
    }
}
