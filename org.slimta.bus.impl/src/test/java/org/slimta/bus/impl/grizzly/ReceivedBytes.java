package org.slimta.bus.impl.grizzly;

import java.nio.ByteBuffer;
import org.slimta.bus.impl.transport.FrameConnection;

/** Passes bytes to a connection as if they had just been read. */
public final class ReceivedBytes {

    private ReceivedBytes() {}

    /** Passes bytes to a connection. To be called on its event thread. */
    public static void deliver(FrameConnection connection, ByteBuffer bytes) {
        ((GrizzlyFrameConnection) connection).received(bytes);
    }

    /** The memory of the frame that has not arrived completely, in bytes. */
    public static long arriving(FrameConnection connection) {
        return ((GrizzlyFrameConnection) connection).incoming().arrivingBytes();
    }
}
