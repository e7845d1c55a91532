package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.glassfish.grizzly.Connection;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.Registry;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.Head;
import org.slimta.bus.impl.wire.Notices;

/**
 * A connection to a server. A client that numbers its transactions may send any number of them; of one that does not, one is
 * read, and the connection ends with its answer. Source: the wire page, parts A and B.
 */
final class ServerConnection<Q, R> extends Registry.Member implements FrameChannel.Listener {

    /** Frames above this size, in bytes, are not read into memory before they are sent. */
    static final int LARGE = 256 << 10;

    /** How long a client has to close its end when all is said. */
    private static final long LINGER = TimeUnit.SECONDS.toNanos(2);

    /** How long after it was opened a connection is expected to bring its first request, though the server is closing. */
    private static final long FIRST_FRAME = TimeUnit.SECONDS.toNanos(1);

    /** How many bytes of answers may wait for a client to take them, before nothing more is read from it. */
    private static final long MOST_BACKLOG = 256 << 10;

    private static final int TOGETHER = 32;

    private final SocketServer<Q, R> server;
    private volatile SocketPeer peer;
    private final FrameChannel channel;
    private final long opened = System.nanoTime();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean parked = new AtomicBoolean();
    private final AtomicReference<ServerExchange<Q, R>> stalled = new AtomicReference<>();
    private final Queue<ServerExchange<Q, R>> aside = new ConcurrentLinkedQueue<>();
    private Notice lastWord;
    private volatile boolean reading = true;
    private volatile boolean clogged;
    private volatile boolean kept;
    private volatile boolean first = true;
    private volatile long finishedAt;
    private final Duration handshakeTimeout;
    private final AtomicInteger putOff = new AtomicInteger();
    private final Runnable flushPutOff = this::flushPutOff;
    private final Runnable goOn = () -> {
        unclog();
        takeUpAgain();
    };

    ServerConnection(SocketServer<Q, R> server, Connection<?> connection) {
        this.server = server;
        this.peer = SocketPeer.of(FrameChannel.peerOf(connection));
        BusEnd end = server.end();
        Tls tls = end.tls();
        this.handshakeTimeout = tls == null ? Duration.ZERO : tls.options().handshakeTimeout();
        this.channel = new FrameChannel(connection, this, end, null, server.threads().responses(), true);
        if (!channel.isSecuring()) {
            channel.expectFrame();
        }
        FrameFilter.attach(connection, channel);
    }

    FrameChannel channel() {
        return channel;
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
        channel.expectFrame();
    }

    @Override
    public void onFrame(Frame frame) {
        if (!reading) {
            return;
        }
        first = false;
        Head head;
        try {
            head = server.end().coder().readHead(frame);
        } catch (BusException e) {
            refuse(server.end().failures().at(peer.name(), e));
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

    private void onRequests(Head head, Frame frame) {
        ServerExchange<Q, R> exchange = new ServerExchange<>(server, this, head, frame);
        channel.hold(exchange.weight());
        unanswered.incrementAndGet();
        if (exchange.isNumbered()) {
            kept = true;
        } else {
            reading = false;
            channel.pause();
        }
        switch (server.offer(exchange)) {
            case FULL -> {
                stalled.set(exchange);
                park();
                pauseIfClogged(); // Each time that there is room one request is taken in, whether answers leave or not.
            }
            case CLOSED -> {
                exchange.giveBack();
                drain();
            }
            case TAKEN, OVER -> pauseIfClogged();
        }
    }

    private void pauseIfClogged() {
        if (isClogged()) {
            clogged = true;
            channel.pause();
            goOnWhenThereIsRoom();
            unclog();
        }
    }

    private void goOnWhenThereIsRoom() {
        if (channel.isHoldingTooMuch()) {
            channel.whenThereIsRoom(goOn);
        }
    }

    /** It has brought as much as it may before it takes some answers. */
    private boolean isClogged() {
        return hasEnough() || unanswered.get() >= server.options().maxInFlightPerConnection();
    }

    private boolean hasEnough() {
        return channel.backlog() > MOST_BACKLOG || channel.isHoldingTooMuch();
    }

    /**
     * Has a request wait until the client has taken some of the answers that it has.
     *
     * @return whether it waits
     */
    boolean setAside(ServerExchange<Q, R> exchange) {
        if (!hasEnough() || !channel.isOpen()) {
            return false;
        }
        aside.add(exchange);
        channel.holdAside(exchange.weight());
        goOnWhenThereIsRoom();
        if (!hasEnough() && aside.remove(exchange)) {
            channel.holdAside(-exchange.weight());
            return false;
        }
        channel.onSelector(server::onRoom); // Its place in the queue is free for others.
        return true;
    }

    /** What was set aside is received now, if the client has taken enough. */
    private void takeUpAgain() {
        ServerExchange<Q, R> next;
        while (!aside.isEmpty() && !hasEnough() && (next = aside.poll()) != null) {
            channel.holdAside(-next.weight());
            server.inbox().putBack(next);
        }
    }

    private void unclog() {
        if (clogged && !isClogged()) {
            channel.onSelector(() -> {
                if (clogged && !isClogged()) {
                    clogged = false;
                    readOn();
                }
            });
        }
    }

    private void onControl(Head head) {
        String ping = head.control().get("ping");
        if (!kept) {
            refuse(malformed("it sent <control> before any request with an attribute tx"));
        } else if (ping != null) {
            channel.add(Notice.of(Notices.pong(ping)));
            channel.flush();
            pauseIfClogged();
        }
    }

    @Override
    public void onPause(boolean midFrame) {
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
        if (stopReading()) {
            server.refused(failure);
        }
        finishWhenAnswered();
    }

    private boolean stopReading() {
        boolean before = reading;
        reading = false;
        channel.ignore();
        return before;
    }

    /** Reads nothing more until there is room in the queue. */
    private void park() {
        channel.pause();
        if (parked.compareAndSet(false, true)) {
            server.park(this);
        }
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
        parked.set(false);
        channel.onSelector(this::readOn);
        return true;
    }

    private void readOn() {
        if (reading && !parked.get() && !clogged) {
            channel.resume();
        }
    }

    /** Says something about a transaction whose answer was to be sent, and could not. */
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
        int rest = unanswered.decrementAndGet();
        unclog();
        if (rest == 0) {
            channel.flush();
            finishWhenAnswered();
        } else if (!mayPutOff(exchange) && !server.end().threads().putOff(channel.flusher())) {
            channel.onSelector(channel.flusher());
        }
    }

    /**
     * A thread that answers quickly and will find more to receive writes several answers at once. Whatever it does meanwhile,
     * they leave soon.
     */
    private boolean mayPutOff(ServerExchange<Q, R> exchange) {
        long time = exchange.timeOfReceiver();
        if (time < 0 || time > SocketServer.QUICK || server.inbox().isEmpty()) {
            return false;
        }
        int count = putOff.incrementAndGet();
        if (count >= TOGETHER) {
            flushPutOff();
        } else if (count == 1) {
            server.putOff(flushPutOff);
        }
        return true;
    }

    /** The count goes back first: what is put off from then on has this called again. */
    private void flushPutOff() {
        server.forgetPutOff(flushPutOff);
        putOff.set(0);
        channel.flush();
    }

    @Override
    public void onWritten() {
        goOn.run();
        finishWhenAnswered();
    }

    /**
     * The server takes in nothing more. A client that can be told is told so at once, and again when all that was read is
     * answered: then it knows that the rest was not. To be called on the selector thread.
     */
    void drain() {
        if (first && System.nanoTime() - opened < FIRST_FRAME) {
            long rest = FIRST_FRAME - (System.nanoTime() - opened);
            server.end().threads().after(Duration.ofNanos(rest), () -> channel.onSelector(this::drain));
            return;
        }
        ServerExchange<Q, R> exchange = stalled.getAndSet(null);
        if (exchange != null) {
            exchange.giveBack();
        }
        if (reading && kept) {
            channel.add(Notice.of(Notices.drain()));
            lastWord = Notice.of(Notices.drain());
        }
        stopReading();
        channel.flush();
        finishWhenAnswered();
    }

    private void finishWhenAnswered() {
        if (!reading && unanswered.get() == 0 && !finished.get()) {
            finish();
        }
    }

    private synchronized void finish() {
        if (lastWord != null) {
            channel.add(lastWord);
            lastWord = null;
            channel.flush();
        }
        if (channel.backlog() == 0 && finished.compareAndSet(false, true)) {
            finishedAt = System.nanoTime();
            channel.finish(kept);
            server.ended();
        }
    }

    /** Whether nothing more of it need be waited for: its client does not close its end, or it has. */
    boolean isDone() {
        return !channel.isOpen() || finished.get() && !kept;
    }

    @Override
    public void onClosed() {
        stalled.set(null);
        aside.clear();
        server.forgetPutOff(flushPutOff);
        server.forget(this, unanswered.get() > 0);
    }

    boolean isParked() {
        return parked.get();
    }

    /** Ends what takes too long. Called now and then, on the timer. */
    void look() {
        long now = System.nanoTime();
        if (finished.get()) {
            if (now - finishedAt > LINGER) {
                channel.close();
            }
            return;
        }
        if (channel.isSecuring() && reading && channel.age() > handshakeTimeout.toNanos()) {
            channel.onSelector(() -> refuse(timeout("no TLS handshake within "
                    + handshakeTimeout.toMillis() + " ms (handshakeTimeout)")));
            return;
        }
        if (kept && (parked.get() || clogged || channel.isStarved()) && channel.backlog() == 0) {
            channel.add(Notice.of(Notices.pong("parked"))); // Its ping cannot be read now.
            channel.flush();
        }
        long frameTimeout = server.options().frameTimeout().toNanos();
        long rate = server.options().minimumRate();
        String lateTaking = channel.lateTaking(frameTimeout, rate);
        String lateArrival = channel.lateArrival(frameTimeout, rate);
        if (lateTaking != null) {
            server.refused(timeout("it does not take its answers " + lateTaking));
            channel.close();
        } else if (reading && lateArrival != null) {
            channel.onSelector(() -> refuse(timeout("its frame does not arrive " + lateArrival)));
        } else if (reading
                && kept
                && unanswered.get() == 0
                && !channel.isStarved()
                && now - channel.lastRead() > server.options().idleTimeout().toNanos()) {
            channel.onSelector(this::drain);
        }
    }

    private BusException timeout(String what) {
        return server.end().failures().of(Reason.TIMEOUT, peer.name(), what, null);
    }

    /** Drains on the selector thread. Called on any. */
    void drainSoon() {
        channel.onSelector(this::drain);
    }

    void start() {
        if (!channel.isOpen()) {
            onClosed();
        }
    }

    void close() {
        channel.close();
    }
}
