package org.slimta.bus.impl.socket;

import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * Fails single requests of a connection that cannot be read as a whole: the beginning of a frame shows which
 * transaction it belongs to, so that the others go on. Used on the event thread of the connection.
 */
final class UnreadableRequests {

    private final Reception<?, ?> reception;
    private final FrameConnection channel;
    private final ConnectionLifecycle lifecycle;
    private final Supplier<String> peer;

    UnreadableRequests(
            Reception<?, ?> reception, FrameConnection channel, ConnectionLifecycle lifecycle, Supplier<String> peer) {
        this.reception = reception;
        this.channel = channel;
        this.lifecycle = lifecycle;
        this.peer = peer;
    }

    /**
     * Fails one transaction.
     *
     * @param xml the XML of its frame, or its beginning
     * @param found the fault of the frame
     * @return whether the failure is reported to the client; if not, nothing has happened
     */
    boolean fail(byte[] xml, BusException found) {
        FrameHeader header = identify(xml);
        if (header == null) {
            return false;
        }
        BusException failure =
                Failures.with(Outcome.NOT_PROCESSED, reception.failures().at(peer.get(), found));
        channel.send(ControlFrame.of(ControlFrames.failure(header.tx(), failure)));
        reception.refused(failure); // After it was sent: a test that sees it counted finds it sent.
        channel.flush();
        return true;
    }

    /**
     * Reads from the beginning of a frame whether its client numbers transactions, and so understands failures.
     *
     * @param xml the beginning of its XML, or null
     * @return the header, or null if the client does not number them or this is unknown
     */
    FrameHeader identify(byte[] xml) {
        FrameHeader header = xml == null ? null : reception.context().coder().readStart(xml);
        if (header == null || header.envelope() != Envelope.REQUESTS || header.tx() == 0) {
            return null;
        }
        lifecycle.keep();
        return header;
    }
}
