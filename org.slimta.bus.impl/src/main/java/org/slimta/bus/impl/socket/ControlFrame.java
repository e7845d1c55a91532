package org.slimta.bus.impl.socket;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * A frame that is ready as it is.
 *
 * @param encoder its bytes
 */
record ControlFrame(FrameEncoder encoder) implements OutboundFrame {

    static ControlFrame of(OutgoingFrame frame) {
        try {
            return new ControlFrame(new FrameEncoder(frame, FrameLimits.defaults()));
        } catch (BusException e) {
            throw new IllegalStateException("a notice is small", e);
        }
    }

    @Override
    public byte[] begin() {
        return RootAttributes.NONE;
    }
}
