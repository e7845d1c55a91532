package org.slimta.bus.impl.transport;

import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.wire.FrameEncoder;

/** A frame to be sent. Its methods are called on any thread, one after the other, and must not block. */
public interface OutboundFrame {

    /** {@return the encoder of its bytes; always the same one} */
    FrameEncoder encoder();

    /**
     * The frame is about to be sent.
     *
     * @return the attributes of its root element; null if it is not wanted any more
     */
    byte[] begin();

    /**
     * The frame could not be sent completely, because it failed itself. If some of it has left, its connection is
     * closed.
     *
     * @param failure why
     */
    default void failed(BusException failure) {}

    /**
     * The same, but nothing of it has left, nor will: its connection continues.
     *
     * @param failure why
     */
    default void notSent(BusException failure) {
        failed(failure);
    }
}
