package org.slimta.bus.impl.transport;

import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.wire.FrameEncoder;

/** A frame to be written. Its methods are called on any thread, one after the other, and must not block. */
public interface OutboundFrame {

    /** {@return its bytes; always the same encoder} */
    FrameEncoder encoder();

    /**
     * It is about to be written.
     *
     * @return the attributes of its root element, or null if it is not wanted any more
     */
    byte[] begin();

    /**
     * It could not be written whole, because of itself. If some of it has left, its connection is of no more use.
     *
     * @param failure why
     */
    default void failed(BusException failure) {}

    /**
     * The same, and nothing of it has left, nor will: its connection goes on.
     *
     * @param failure why
     */
    default void notSent(BusException failure) {
        failed(failure);
    }
}
