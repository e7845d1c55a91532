package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.glassfish.grizzly.Connection;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.socket.ConnectionLifecycle.Phase;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.Registry;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.Head;
import org.slimta.bus.impl.wire.Notices;
import org.slimta.bus.impl.wire.RejectedFrameException;

/**
 * A connection to a server. A client that numbers its transactions may send any number of them; of one that does not, one is
 * read, and the connection ends with its answer. Source: the wire page, parts A and B.
 */
final class ServerConnection<Q, R> extends Registry.Member implements FrameChannel.Listener {

    /** Frames above this size, in bytes, are not read into memory before they are sent. */
    static final int LARGE = 256 << 10;

    /** How long a client has to close its end when all is said. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(2);

    /** How often a closing server checks whether a TLS handshake it waits for has finished. */
    private static final long HANDSHAKE_PAUSE = TimeUnit.MILLISECONDS.toNanos(125);

    private final SocketServer<Q, R> server;
    private volatile SocketPeer peer;
    private final Connection<?> connection;
    private final FrameChannel channel;
    private final FrameReader reader;
    private final FirstFrame first;
    private final Tls tls;
    private final Duration handshakeTimeout;
    private final Unanswered<ServerExchange<Q, R>> unanswered = new Unanswered<>();
    private final AtomicReference<ServerExchange<Q, R>> stalled = new AtomicReference<>();
    private final ResponseBatch batch;
    private final ConnectionLifecycle life = new ConnectionLifecycle();
    private final Backpressure<Q, R> backpressure;
    private volatile long finishedAt;

    ServerConnection(SocketServer<Q, R> server, Connection<?> connection) {
        this.server = server;
        this.connection = connection;
        this.peer = SocketPeer.of(FrameChannel.peerOf(connection));
        BusEnd end = server.end();
        this.tls = end.tls();
        this.handshakeTimeout = tls == null ? Duration.ZERO : tls.options().handshakeTimeout();
        long now = System.nanoTime();
        this.first = tls == null ? FirstFrame.withoutTls(now) : FirstFrame.withTls(now, handshakeTimeout.toNanos());
        this.channel = new FrameChannel(connection, this, end, null, server.threads().responses(), true);
        this.reader = channel.reader();
        this.batch = new ResponseBatch(server, channel::flush);
        this.backpressure = new Backpressure<>(server, channel, unanswered, life);
    }

    /** Begins to read. */
    void start() {
        if (!channel.isSecuring()) {
            reader.pace().begin();
        }
        FrameFilter.attach(connection, channel);
        if (!channel.isOpen()) {
            onClosed();
        }
    }

    FrameChannel channel() {
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
        first.onSecured(System.nanoTime());
        reader.pace().begin();
    }

    @Override
    public void onFrame(Frame frame) {
        if (!life.isReading()) {
            return;
        }
        Head head;
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
        Head head = identify(xml);
        if (head == null) {
            return false;
        }
        BusException failure = server.end().failures().at(peer.name(), found);
        channel.add(Notice.of(Notices.failure(head.tx(), failure))); // Whoever sees it counted finds it on its way.
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
    private Head identify(byte[] xml) {
        Head head = xml == null ? null : server.end().coder().readStart(xml);
        if (head == null || head.envelope() != Envelope.REQUESTS || head.tx() == 0) {
            return null;
        }
        life.keep();
        return head;
    }

    private void onRequests(Head head, Frame frame) {
        ServerExchange<Q, R> exchange = new ServerExchange<>(server, this, head, frame);
        channel.hold(exchange.weight());
        unanswered.add(exchange);
        if (exchange.isNumbered()) {
            life.keep();
        } else {
            reader.stop(ReadGate.Reason.IN_FLIGHT);
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

    private void onControl(Head head) {
        String ping = head.control().get("ping");
        if (life.phase() == Phase.NEW) {
            refuse(malformed("it sent <control> before any request with an attribute tx"));
        } else if (ping != null) {
            tell(Notice.of(Notices.pong(ping)));
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
        reader.ignore();
        finishWhenAnswered();
    }

    /** Reads nothing more until there is room in the queue. */
    private void park() {
        reader.stop(ReadGate.Reason.QUEUE_FULL);
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
                        channel.onSelector(this::drain); // It may have found nothing here just now.
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
        channel.onSelector(() -> reader.goOn(ReadGate.Reason.QUEUE_FULL));
        return true;
    }

    /** Says something about a transaction whose answer cannot be sent, or about the connection. */
    void tell(Notice notice) {
        channel.add(notice);
        channel.flush();
    }

    /** Sends an answer, if there is one to be sent. */
    void answer(ServerExchange<Q, R> exchange, Outbox.Item answer) {
        channel.hold(-exchange.weight());
        if (answer != null) {
            channel.add(answer);
        }
        int rest = unanswered.remove(exchange);
        backpressure.readOnSoon();
        if (rest == 0) {
            channel.flush();
            finishWhenAnswered();
        } else if (!batch.add(exchange.timeOfReceiver()) && !server.end().threads().putOff(channel.flusher())) {
            channel.onSelector(channel.flusher());
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
        identify(reader.start());
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
        reader.ignore();
        channel.flush();
        finishWhenAnswered();
    }

    /** How long it is expected to bring a first request, in nanoseconds; zero if not. */
    private long firstFrameExpected() {
        return life.phase() == Phase.NEW && channel.isOpen()
                ? Math.max(0, first.left(System.nanoTime(), channel.hasBegunHandshake()))
                : 0;
    }

    /** Closes it at once, unless its client may have sent a first request that has not arrived. */
    void closeIfNothingIsExpected() {
        if (firstFrameExpected() == 0) {
            channel.close();
        }
    }

    private void sayDrain() {
        channel.add(Notice.of(Notices.drain()));
    }

    private void finishWhenAnswered() {
        if (life.isReading() || unanswered.count() > 0) {
            return;
        }
        if (life.sayLastWord(this::sayDrain)) {
            channel.flush();
        }
        if (channel.backlog() > 0 || life.phase() != Phase.ENDING) {
            return;
        }
        finishedAt = System.nanoTime(); // Before the timer may see that it has finished, and for how long.
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
        long now = System.nanoTime();
        if (life.phase() == Phase.FINISHING) {
            if (now - finishedAt > LINGER) {
                channel.close();
            }
            return;
        }
        if (channel.isSecuring() && life.isReading() && channel.age() > handshakeTimeout.toNanos()) {
            channel.onSelector(this::onHandshakeTimeout);
            return;
        }
        if (isParked()) {
            channel.onSelector(this::sayThatItIsParked);
        }
        long frameTimeout = server.options().frameTimeout().toNanos();
        long rate = server.options().minRate();
        String lateTaking = channel.lateTaking(frameTimeout, rate);
        if (lateTaking != null) {
            server.refused(timeout("it does not take its answers " + lateTaking));
            channel.close();
        } else if (life.isReading() && reader.late(frameTimeout, rate) != null) {
            channel.onSelector(() -> endIfLate(frameTimeout, rate));
        } else if (isIdle()) {
            channel.onSelector(() -> {
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
        String late = life.isReading() ? reader.late(frameTimeout, rate) : null;
        if (late == null) {
            return;
        }
        BusException failure = timeout("its frame does not arrive " + late);
        byte[] start = reader.start();
        if (reader.isSkipping() || reader.reject(failure) || failAlone(start, failure)) {
            drain();
        } else {
            refuse(failure);
        }
    }

    /** Its ping cannot be read now. */
    private boolean isParked() {
        return life.phase() == Phase.KEPT && !reader.gate().isOpen() && channel.backlog() == 0;
    }

    /** On the selector thread, and nowhere else it ceases to be read: so nothing is said behind its end. */
    private void sayThatItIsParked() {
        if (isParked()) {
            tell(Notice.of(Notices.pong("parked")));
        }
    }

    private boolean isIdle() {
        return life.phase() == Phase.KEPT
                && unanswered.count() == 0
                && reader.gate().isOpen()
                && System.nanoTime() - channel.lastRead() > server.options().idleTimeout().toNanos();
    }

    private BusException timeout(String what) {
        return server.end().failures().of(Reason.TIMEOUT, peer.name(), what, null);
    }

    /** Drains on the selector thread. Called on any. */
    void drainSoon() {
        channel.onSelector(this::drain);
    }

    void close() {
        channel.close();
    }
}
