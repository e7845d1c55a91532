package org.slimta.bus.impl.grizzly;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.nio.NIOConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of one Grizzly connection, but for what is written to it: see {@link SocketWriter}. Its event thread is
 * the selector thread that it is registered with. A socket that fails is closed. Thread-safe, and does not block.
 */
final class ConnectionSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionSocket.class);

    private final Connection<?> connection;
    private final Executor workers;
    private volatile boolean closing;

    /**
     * The socket of a connection.
     *
     * @param connection the connection
     * @param workers closes the connection if it has no selector thread yet
     */
    ConnectionSocket(Connection<?> connection, Executor workers) {
        this.connection = connection;
        this.workers = workers;
    }

    /** The address of the peer of a connection. */
    static InetSocketAddress peerOf(Connection<?> connection) {
        return (InetSocketAddress) connection.getPeerAddress();
    }

    private NIOConnection nio() {
        return (NIOConnection) connection;
    }

    private SocketChannel channel() {
        return (SocketChannel) nio().getChannel();
    }

    /** The address of the peer. */
    InetSocketAddress peer() {
        return peerOf(connection);
    }

    /** Whether it is open, and {@link #close()} was not called. */
    boolean isOpen() {
        return !closing && connection.isOpen();
    }

    /** Runs a task on the event thread, soon. */
    void execute(Runnable task) {
        connection.executeInEventThread(IOEvent.NONE, task);
    }

    /** Makes the selector read it, or not. */
    void setReading(boolean on) {
        try {
            if (on) {
                nio().enableIOEvent(IOEvent.READ);
            } else {
                nio().disableIOEvent(IOEvent.READ);
            }
        } catch (IOException e) {
            closeAfter(e);
        }
    }

    /**
     * Reads one byte, though it may be paused, to see whether the peer has sent any. On the event thread.
     *
     * @return the byte, or null if none is there
     */
    ByteBuffer readOneByte() {
        try {
            ByteBuffer one = ByteBuffer.allocate(1);
            return channel().read(one) > 0 ? one.flip() : null;
        } catch (IOException e) {
            closeAfter(e);
            return null;
        }
    }

    /**
     * Ends the output, after everything was sent. If the peer has sent nothing more, and will not, it is closed
     * instead. On the event thread.
     *
     * @param peerMaySendMore whether the peer may still send something
     * @return whether the peer is still to be read
     */
    boolean endOutput(boolean peerMaySendMore) {
        try {
            if (!peerMaySendMore && channel().read(ByteBuffer.allocate(1)) <= 0) {
                close();
                return false;
            }
            channel().shutdownOutput();
            return true;
        } catch (IOException e) {
            closeAfter(e);
            return false;
        }
    }

    private void closeAfter(IOException e) {
        LOG.debug("{}: the socket failed; closing it", connection, e);
        close();
    }

    /**
     * Closes it now; what waits to be written is lost. Grizzly's own close waits until everything is written, for ever
     * if the peer does not read. It is closed on the event thread, since Grizzly leaves thread locals on the thread
     * that does it.
     */
    void close() {
        closing = true;
        if (nio().getSelectorRunner() == null) {
            workers.execute(connection::terminateSilently); // It is not connected yet: no selector would run that.
        } else {
            execute(connection::terminateSilently);
        }
    }
}
