package org.slimta.bus.impl.carrier;

import java.util.Objects;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.spi.RequestSource;

/** A source of another bundle, whose methods may throw: that must harm neither the server nor its other clients. Thread-safe. */
final class GuardedSource {

    private final RequestSource source;
    private final Peer peer;

    /**
     * Guards a source.
     *
     * @param source the source
     * @throws NullPointerException if its peer is null
     */
    GuardedSource(RequestSource source) {
        this.source = source;
        this.peer = Objects.requireNonNull(source.peer(), "the peer of a source");
    }

    Peer peer() {
        return peer;
    }

    boolean isGone() {
        return CarrierCalls.ask("say whether the client has gone", peer.name(), 0, () -> source.isGone() ? 1 : 0) == 1;
    }

    void reply(OutboundFrame frame) {
        CarrierCalls.call(
                "send a reply",
                peer.name(),
                () -> source.reply(new WholeFrame(
                        frame.encoder(), frame.begin(), (BusException failure) -> frame.failed(failure))));
    }

    void giveBack() {
        CarrierCalls.call("give a request back", peer.name(), source::giveBack);
    }
}
