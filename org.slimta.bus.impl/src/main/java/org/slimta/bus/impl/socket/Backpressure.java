package org.slimta.bus.impl.socket;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingFrames;
import org.slimta.bus.impl.transport.PauseReason;

/**
 * Keeps a client from sending more than it reads. The server stops reading from a client that has many unread responses
 * or many unanswered requests; while there are many unread responses, requests that were already read are set aside.
 * Thread-safe.
 */
final class Backpressure<Q, R> {

    /** At this many bytes of responses that the client has not read, the server stops reading from it. */
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
     * Creates the limits of one connection.
     *
     * @param reception the server
     * @param parked the connections that wait for room in the queue
     * @param channel the connection
     * @param unanswered the requests that were read from the connection
     * @param lifecycle the phase of the connection
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

    /** Stops reading if a limit is reached, after something was read or queued. To be called on the selector thread. */
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

    /** Resumes what was held up, after the client has read something, or there is room in memory. */
    void onRelief() {
        resumeReadingSoon();
        requeueAside();
    }

    private void awaitMemory() {
        if (channel.isMemoryScarce()) {
            channel.whenThereIsRoom(resume);
        }
    }

    private boolean isInFlightLimitReached() {
        return unanswered.count() >= reception.options().maxInFlightPerConnection();
    }

    private boolean hasTooManyUnsent() {
        return channel.unsentBytes() > MAX_UNSENT_BYTES || channel.isMemoryScarce();
    }

    /** Reads again if a reason not to read is gone. */
    void resumeReadingSoon() {
        if (incoming.isPaused() && (isUnsentReasonGone() || isInFlightReasonGone())) {
            channel.execute(this::resumeReading);
        }
    }

    private boolean isUnsentReasonGone() {
        return incoming.isPausedFor(PauseReason.UNTAKEN_RESPONSES) && !hasTooManyUnsent();
    }

    private boolean isInFlightReasonGone() {
        return incoming.isPausedFor(PauseReason.IN_FLIGHT) && lifecycle.isReading() && !isInFlightLimitReached();
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
     * Sets a request aside until the client has read some of its responses; not while the server is closing, because
     * nothing would take the request up then.
     *
     * @return whether it was set aside
     */
    boolean setAside(ServerExchange<Q, R> request) {
        if (!mustWait() || !channel.isOpen()) {
            return false;
        }
        aside.add(request);
        channel.addDeferredMemory(request.weight());
        awaitMemory();
        if (!mustWait() && aside.remove(request)) {
            channel.addDeferredMemory(-request.weight());
            return false;
        }
        channel.execute(parked::onRoom); // Its place in the queue is free for others.
        return true;
    }

    private boolean mustWait() {
        return hasTooManyUnsent() && !reception.isStopped();
    }

    /**
     * The server is closing: returns what was set aside to its client, or lets it be received now if that is not
     * possible.
     */
    void releaseAside() {
        ServerExchange<Q, R> next;
        while ((next = aside.poll()) != null) {
            channel.addDeferredMemory(-next.weight());
            if (!next.isNumbered() || !next.returnToClient()) {
                reception.inbox().putBack(next);
            }
        }
    }

    /** Lets what was set aside be received now, if the client has read enough. */
    private void requeueAside() {
        ServerExchange<Q, R> next;
        while (!aside.isEmpty() && !hasTooManyUnsent() && (next = aside.poll()) != null) {
            channel.addDeferredMemory(-next.weight());
            reception.inbox().putBack(next);
        }
    }

    /**
     * The connection is closed, and what only its client waited for has ended: lets the rest be received, which is
     * answered over another connection.
     */
    void close() {
        ServerExchange<Q, R> next;
        while ((next = aside.poll()) != null) {
            reception.inbox().putBack(next);
        }
        channel.cancelWhenThereIsRoom(resume);
    }
}
