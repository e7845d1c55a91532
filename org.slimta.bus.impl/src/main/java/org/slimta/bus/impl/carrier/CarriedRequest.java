package org.slimta.bus.impl.carrier;

import org.slimta.bus.api.Peer;
import org.slimta.bus.impl.exchange.FramedRequest;
import org.slimta.bus.impl.exchange.Reception;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/** A request that a carrier has brought, and whose reply it takes. Counts as held until it has ended. Thread-safe. */
class CarriedRequest<Q, R> extends FramedRequest<Q, R> {

    private final GuardedSource source;
    private final MemoryBudget.Account held;

    CarriedRequest(
            Reception<Q, R> reception,
            GuardedSource source,
            MemoryBudget.Account held,
            FrameHeader header,
            Frame frame) {
        super(reception, header, frame);
        this.source = source;
        this.held = held;
        held.add(weight());
    }

    @Override
    public Peer peer() {
        return source.peer();
    }

    @Override
    protected boolean isPeerGone() {
        return source.isGone();
    }

    @Override
    protected void reply(OutboundFrame frame) {
        held.add(-weight());
        if (frame == null) {
            source.giveBack();
        } else {
            source.reply(frame);
        }
    }

    /** It has arrived before, so nothing becomes of it. */
    final void ignore() {
        held.add(-weight());
    }

    @Override
    protected void forgotten() {
        held.add(-weight());
    }

    @Override
    protected void cancelledWithoutReply() {
        forgotten();
    }

    @Override
    protected void replaceReply(OutboundFrame frame) {
        source.reply(frame); // Not null, since each request has a number here.
    }
}
