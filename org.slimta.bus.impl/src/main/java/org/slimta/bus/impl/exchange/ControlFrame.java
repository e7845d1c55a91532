package org.slimta.bus.impl.exchange;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * A frame without items, complete with its attributes.
 *
 * @param encoder its bytes
 * @param attributes the attributes of its root that the document does not have; must not be changed
 */
public record ControlFrame(FrameEncoder encoder, byte[] attributes) implements OutboundFrame {

    /**
     * Prepares a frame for sending.
     *
     * @param frame a small frame, complete with its attributes
     * @return the control frame
     */
    public static ControlFrame of(OutgoingFrame frame) {
        try {
            return new ControlFrame(new FrameEncoder(frame, FrameLimits.defaults()), RootAttributes.NONE);
        } catch (BusException e) {
            throw new IllegalStateException("a control frame is small", e);
        }
    }

    @Override
    public byte[] begin() {
        return attributes;
    }
}
