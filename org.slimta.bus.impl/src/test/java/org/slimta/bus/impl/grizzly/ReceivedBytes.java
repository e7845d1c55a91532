package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;
import org.slimta.bus.impl.transport.FrameConnection;

/** Bytes that a connection takes as if they had just been read. */
public final class ReceivedBytes {

    private ReceivedBytes() {}

    /** Has a connection take bytes, on its event thread. */
    public static void deliver(FrameConnection connection, ByteBuffer bytes) {
        ((GrizzlyFrameConnection) connection).received(bytes);
    }

    /** How many bytes it holds of a frame that has not arrived whole. */
    public static long arriving(FrameConnection connection) {
        return ((GrizzlyFrameConnection) connection).incoming().arrivingBytes();
    }
}
