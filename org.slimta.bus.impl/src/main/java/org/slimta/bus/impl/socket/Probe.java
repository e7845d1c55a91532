package org.slimta.bus.impl.socket;

import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * Requests without items that prove a connection: a server that can be asked answers them itself. Source: the wire
 * page, part C.
 *
 * @param encoder its bytes
 * @param attributes the attributes of its root
 */
record Probe(FrameEncoder encoder, byte[] attributes) implements OutboundFrame {

    private static final FrameEncoder EMPTY =
            ControlFrame.of(ControlFrames.probe()).encoder();

    /** Creates a probe that uses up a number of its client. */
    static Probe of(long tx, String client) {
        return new Probe(EMPTY, RootAttributes.probe(tx, client));
    }

    @Override
    public byte[] begin() {
        return attributes;
    }
}
