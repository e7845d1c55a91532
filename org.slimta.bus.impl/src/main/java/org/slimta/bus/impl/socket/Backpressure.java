package org.slimta.bus.impl.socket;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingFrames;
import org.slimta.bus.impl.transport.PauseReason;

/**
 * Keeps a client from bringing more than it takes. A client that has many responses to take, or many requests without a
 * response, is not read; while it has many to take, those of its requests that were read are set aside. Thread-safe.
 */
final class Backpressure<Q, R> {

    /** How many bytes of responses may wait for a client to take them, before nothing more is read from it. */
    private static final long MAX_UNSENT_BYTES = 256 << 10;

    private final Reception<Q, R> reception;
    private final ParkedConnections<Q, R> parked;
    private final FrameConnection channel;
    private final IncomingFrames incoming;
    private final UnansweredRequests<ServerExchange<Q, R>> unanswered;
    private final ConnectionLifecycle lifecycle;
    private final Queue<ServerExchange<Q, R>> aside = new ConcurrentLinkedQueue<>();
    private final Runnable resume = this::onRelief;

    /**
     * The limits of one connection.
     *
     * @param reception the server
     * @param parked the connections that wait for room in the queue
     * @param channel the connection
     * @param unanswered what was read from it
     * @param lifecycle how far it is
     */
    Backpressure(
            Reception<Q, R> reception,
            ParkedConnections<Q, R> parked,
            FrameConnection channel,
            UnansweredRequests<ServerExchange<Q, R>> unanswered,
            ConnectionLifecycle lifecycle) {
        this.reception = reception;
        this.parked = parked;
        this.channel = channel;
        this.incoming = channel.incoming();
        this.unanswered = unanswered;
        this.lifecycle = lifecycle;
    }

    /** Something was read, or is to be taken: that may be enough for now. To be called on the selector thread. */
    void pauseIfOverLimit() {
        if (hasTooManyUnsent()) {
            incoming.pause(PauseReason.UNTAKEN_RESPONSES);
            awaitMemory();
            resumeReadingSoon();
        }
        if (isInFlightLimitReached()) {
            incoming.pause(PauseReason.IN_FLIGHT);
            resumeReadingSoon();
        }
    }

    /** Something was taken, or there is room for it: what was held up goes on. */
    void onRelief() {
        resumeReadingSoon();
        requeueAside();
    }

    private void awaitMemory() {
        if (channel.isHoldingTooMuch()) {
            channel.whenThereIsRoom(resume);
        }
    }

    private boolean isInFlightLimitReached() {
        return unanswered.count() >= reception.options().maxInFlightPerConnection();
    }

    private boolean hasTooManyUnsent() {
        return channel.unsentBytes() > MAX_UNSENT_BYTES || channel.isHoldingTooMuch();
    }

    /** Has it read on, if a reason not to is gone. */
    void resumeReadingSoon() {
        if (incoming.isPaused()
                && (incoming.isPausedFor(PauseReason.UNTAKEN_RESPONSES) && !hasTooManyUnsent()
                        || incoming.isPausedFor(PauseReason.IN_FLIGHT) && lifecycle.isReading() && !isInFlightLimitReached())) {
            channel.execute(this::resumeReading);
        }
    }

    /** A connection that is draining or ending is not read again, so IN_FLIGHT stays set. */
    private void resumeReading() {
        if (!hasTooManyUnsent()) {
            incoming.resume(PauseReason.UNTAKEN_RESPONSES);
        }
        if (lifecycle.isReading() && !isInFlightLimitReached()) {
            incoming.resume(PauseReason.IN_FLIGHT);
        }
    }

    /**
     * Has a request wait until the client has taken some of the responses that it has; not while the server is closing, since
     * nobody would come for it then.
     *
     * @return whether it waits
     */
    boolean setAside(ServerExchange<Q, R> request) {
        if (!mustWait() || !channel.isOpen()) {
            return false;
        }
        aside.add(request);
        channel.holdAside(request.weight());
        awaitMemory();
        if (!mustWait() && aside.remove(request)) {
            channel.holdAside(-request.weight());
            return false;
        }
        channel.execute(parked::onRoom); // Its place in the queue is free for others.
        return true;
    }

    private boolean mustWait() {
        return hasTooManyUnsent() && !reception.isStopped();
    }

    /** The server is closing: what was set aside goes back to its client, or is received now if it cannot. */
    void releaseAside() {
        ServerExchange<Q, R> next;
        while ((next = aside.poll()) != null) {
            channel.holdAside(-next.weight());
            if (!next.isNumbered() || !next.returnToClient()) {
                reception.inbox().putBack(next);
            }
        }
    }

    /** What was set aside is received now, if the client has taken enough. */
    private void requeueAside() {
        ServerExchange<Q, R> next;
        while (!aside.isEmpty() && !hasTooManyUnsent() && (next = aside.poll()) != null) {
            channel.holdAside(-next.weight());
            reception.inbox().putBack(next);
        }
    }

    /** The connection is closed: nothing of it goes on. */
    void close() {
        aside.clear();
        channel.awaitRoomNoMore(resume);
    }
}
