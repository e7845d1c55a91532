package org.slimta.bus.impl.grizzly;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.filterchain.TransportFilter;
import org.glassfish.grizzly.nio.NIOConnection;

/**
 * Reads into one buffer for each selector thread, outside the heap, from which frames are put together at once: so what
 * arrives is copied once, where Grizzly's own filter copies it to the heap first.
 */
final class ReadFilter extends TransportFilter {

    private static final int READS_IN_A_ROW = 8;

    private final ThreadLocal<ByteBuffer> buffers;

    /**
     * A filter for the selector threads of one transport.
     *
     * @param size how much is read at once, in bytes
     */
    ReadFilter(int size) {
        buffers = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(size));
    }

    @Override
    public NextAction handleRead(FilterChainContext context) throws IOException {
        NIOConnection connection = (NIOConnection) context.getConnection();
        FrameFilter.Target target = FrameFilter.targetOf(connection);
        if (target == null) {
            return super.handleRead(context);
        }
        ByteBuffer bytes = buffers.get();
        for (int i = 0; i < READS_IN_A_ROW && connection.isOpen(); i++) {
            bytes.clear();
            if (read(connection, bytes) == 0) {
                break;
            }
            boolean more = !bytes.hasRemaining();
            received(target, bytes.flip());
            if (!more || target.isPaused()) {
                break;
            }
        }
        return context.getStopAction();
    }

    /** Grizzly would log what is thrown, however often that is. */
    private static void received(FrameFilter.Target target, ByteBuffer bytes) {
        try {
            target.received(bytes);
        } catch (RuntimeException | Error e) {
            target.failed(e);
        }
    }

    /** Gives how many bytes were read; none too if the connection is at its end, and then closes it. */
    private static int read(NIOConnection connection, ByteBuffer bytes) {
        try {
            int count = ((SocketChannel) connection.getChannel()).read(bytes);
            if (count >= 0) {
                return count;
            }
            connection.terminateWithReason(new EOFException("the peer has ended the connection"));
        } catch (IOException e) {
            connection.terminateWithReason(e);
        }
        return 0;
    }
}
