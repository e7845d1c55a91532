package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.socket.ConnectionLifecycle.Phase;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.IncomingFrames;
import org.slimta.bus.impl.wire.ControlFrames;

/**
 * Watches one connection of a server for timeouts: a TLS handshake or a frame that does not complete, responses that
 * the client does not read, a connection that is not used. It checks on the timer thread. Unread responses end the
 * connection at once; everything else is done on the event thread after a second check, because the state may have
 * changed in between.
 */
final class ClientWatch {

    /** The connection that is watched. The methods are called on its event thread, unless they say otherwise. */
    interface Watched {

        /** Reads nothing more, answers what was read, and announces this to the client. */
        void drain();

        /** Ends the connection because of a fault of its client. */
        void refuse(BusException failure);

        /**
         * Fails one transaction of which only the beginning has arrived; returns false if this cannot be reported to
         * its client.
         */
        boolean failAlone(byte[] xml, BusException failure);

        /** How many of its requests were not answered. Called on any thread. */
        int unansweredCount();
    }

    private final Reception<?, ?> reception;
    private final Watched watched;
    private final FrameConnection channel;
    private final IncomingFrames incoming;
    private final ConnectionLifecycle lifecycle;
    private final Duration handshakeTimeout;
    private final Supplier<String> peer;

    /**
     * Creates a watch for a new connection.
     *
     * @param reception the server
     * @param watched the connection
     * @param channel the same connection, for frames
     * @param lifecycle the phase of the connection
     * @param handshakeTimeout the maximum time for a TLS handshake
     * @param peer supplies the name of the client
     */
    ClientWatch(
            Reception<?, ?> reception,
            Watched watched,
            FrameConnection channel,
            ConnectionLifecycle lifecycle,
            Duration handshakeTimeout,
            Supplier<String> peer) {
        this.reception = reception;
        this.watched = watched;
        this.channel = channel;
        this.incoming = channel.incoming();
        this.lifecycle = lifecycle;
        this.handshakeTimeout = handshakeTimeout;
        this.peer = peer;
    }

    /** Checks all timeouts. Called periodically on the timer thread. */
    void checkTimeouts() {
        if (channel.isSecuring() && lifecycle.isReading() && channel.age() > handshakeTimeout.toNanos()) {
            channel.execute(this::onHandshakeTimeout);
            return;
        }
        if (isParked()) {
            channel.execute(this::reportParked);
        }
        ServerOptions options = reception.options();
        long frameTimeout = options.frameTimeout().toNanos();
        long rate = options.minRate();
        String overdue = channel.overdueOutput(frameTimeout, rate);
        if (overdue != null) {
            reception.refused(timeout("the client did not read its responses " + overdue));
            channel.close();
        } else if (lifecycle.isReading() && incoming.overdue(frameTimeout, rate) != null) {
            channel.execute(() -> endIfLate(frameTimeout, rate));
        } else if (isIdle()) {
            channel.execute(() -> {
                if (isIdle()) {
                    watched.drain();
                }
            });
        }
    }

    private void onHandshakeTimeout() {
        if (channel.isSecuring()) {
            watched.refuse(
                    timeout("no TLS handshake within " + handshakeTimeout.toMillis() + " ms (handshakeTimeout)"));
        }
    }

    /**
     * Only the transaction of a late frame fails, if this can be or was reported to its client; then the client sends
     * elsewhere what follows. Checks again: the frame may have arrived meanwhile, and another one may be arriving.
     */
    private void endIfLate(long frameTimeout, long rate) {
        String late = lifecycle.isReading() ? incoming.overdue(frameTimeout, rate) : null;
        if (late == null) {
            return;
        }
        BusException found = new BusException(Reason.TIMEOUT, "no complete frame arrived " + late);
        byte[] start = incoming.beginning();
        if (incoming.isSkipping() || incoming.reject(found) || watched.failAlone(start, found)) {
            watched.drain();
        } else {
            watched.refuse(reception.failures().at(peer.get(), found));
        }
    }

    /** Whether a ping of the client would not be read now, while nothing on its way shows that the server is alive. */
    private boolean isParked() {
        return lifecycle.phase() == Phase.KEPT && incoming.isPaused() && channel.unsentBytes() == 0;
    }

    /**
     * Runs on the event thread, the only one that stops reading for good: so nothing is sent after the end of the
     * connection.
     */
    private void reportParked() {
        if (isParked()) {
            channel.send(ControlFrame.of(ControlFrames.pong("parked")));
            channel.flush();
        }
    }

    private boolean isIdle() {
        return lifecycle.phase() == Phase.KEPT
                && watched.unansweredCount() == 0
                && !incoming.isPaused()
                && reception.context().now() - incoming.lastRead()
                        > reception.options().idleTimeout().toNanos();
    }

    private BusException timeout(String what) {
        return reception.failures().of(Reason.TIMEOUT, peer.get(), what, null);
    }
}
