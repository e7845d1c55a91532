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
 * Reads from sockets into one direct buffer for each selector thread, from which frames are decoded at once. So the
 * bytes are copied once; Grizzly's own filter copies them to the heap first.
 */
final class ReadFilter extends TransportFilter {

    private static final int MAX_READS_IN_A_ROW = 8;

    private final ThreadLocal<ByteBuffer> buffers;

    /**
     * Creates a filter for the selector threads of one transport.
     *
     * @param size the number of bytes to read at once
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
        for (int i = 0; i < MAX_READS_IN_A_ROW && connection.isOpen(); i++) {
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

    /** Catches what is thrown: Grizzly would log it, without any bound. */
    private static void received(FrameFilter.Target target, ByteBuffer bytes) {
        try {
            target.received(bytes);
        } catch (RuntimeException | Error e) {
            target.failed(e);
        }
    }

    /** Gives the number of bytes that were read; 0 also at the end of the connection, which is closed then. */
    private static int read(NIOConnection connection, ByteBuffer bytes) {
        try {
            int count = ((SocketChannel) connection.getChannel()).read(bytes);
            if (count >= 0) {
                return count;
            }
            connection.terminateWithReason(new EOFException("the peer closed the connection"));
        } catch (IOException e) {
            connection.terminateWithReason(e);
        }
        return 0;
    }
}
