package org.slimta.bus.impl.carrier;

import java.net.InetSocketAddress;
import java.util.Objects;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.spi.RequestSource;

/** A source of another bundle, whose methods may throw: that must harm neither the server nor its other clients. Thread-safe. */
final class GuardedSource {

    /** The client as it was when its request began: later its methods may throw. */
    private record KnownPeer(String name, InetSocketAddress address, PeerIdentity identity) implements Peer {

        static KnownPeer of(Peer peer) {
            String name = Objects.requireNonNull(peer.name(), "the name of the peer of a source");
            return new KnownPeer(name, peer.address(), peer.identity());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final RequestSource source;
    private final Peer peer;

    /**
     * Guards a source.
     *
     * @param source the source
     * @throws NullPointerException if its peer is null, or has no name
     */
    GuardedSource(RequestSource source) {
        this.source = source;
        this.peer = KnownPeer.of(Objects.requireNonNull(source.peer(), "the peer of a source"));
    }

    Peer peer() {
        return peer;
    }

    boolean isGone() {
        return CarrierCalls.ask(
                        "report whether the client is gone (isGone)", peer.name(), 0, () -> source.isGone() ? 1 : 0)
                == 1;
    }

    void reply(OutboundFrame frame) {
        CarrierCalls.call(
                "send a reply",
                peer.name(),
                () -> source.reply(new WholeFrame(
                        frame.encoder(), frame.begin(), (BusException failure) -> frame.failed(failure))));
    }

    void giveBack() {
        CarrierCalls.call("return a request (giveBack)", peer.name(), source::giveBack);
    }

    void rejected(BusException failure) {
        CarrierCalls.call("report a rejected request (rejected)", peer.name(), () -> source.rejected(failure));
    }
}
