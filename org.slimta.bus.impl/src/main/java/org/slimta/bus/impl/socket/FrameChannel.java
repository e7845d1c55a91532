package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.nio.NIOConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.transaction.Threads;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;

/** One connection as a way for frames, in both directions. */
final class FrameChannel {

    /** Whom the connection serves. Called on its selector thread, so it must not block. */
    interface Listener {

        /** A frame arrived. */
        void onFrame(Frame frame);

        /** All frames that arrived together were handed over; part of another one may be there. */
        default void onPause(boolean midFrame) {}

        /** What arrived is no frame, or over a limit. What follows is ignored. */
        void onBadFrame(BusException failure);

        /** All that was to be written is. Called on any thread. */
        default void onWritten() {}

        /** The connection is closed, by whomever. May be called on any thread. */
        void onClosed();
    }

    private static final Logger LOG = LoggerFactory.getLogger(FrameChannel.class);

    private final Connection<?> connection;
    private final Listener listener;
    private final FrameDecoder decoder;
    private final Outbox outbox;
    private final Runnable flush;
    private ByteBuffer leftover;
    private boolean paused;
    private volatile boolean deaf;
    private volatile long lastRead = System.nanoTime();

    FrameChannel(Connection<?> connection, Listener listener, Threads threads, FrameLimits limits) {
        this.connection = connection;
        this.listener = listener;
        this.decoder = new FrameDecoder(limits);
        this.outbox = new Outbox(connection, threads, listener::onWritten);
        this.flush = outbox::flush;
    }

    static InetSocketAddress peerOf(Connection<?> connection) {
        return (InetSocketAddress) connection.getPeerAddress();
    }

    /** Takes what arrived. */
    void received(ByteBuffer bytes) {
        lastRead = System.nanoTime();
        if (deaf) {
            return;
        }
        if (paused) {
            keep(bytes);
        } else {
            decode(bytes);
        }
    }

    private void decode(ByteBuffer bytes) {
        try {
            Frame frame = null;
            while (!deaf && !paused && (frame = decoder.decode(bytes)) != null) {
                listener.onFrame(frame);
            }
        } catch (BusException e) {
            deaf = true;
            listener.onBadFrame(e);
            return;
        }
        if (!deaf) {
            keep(bytes);
            listener.onPause(decoder.isMidFrame());
        }
    }

    private void keep(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return;
        }
        int before = leftover == null ? 0 : leftover.remaining();
        ByteBuffer all = ByteBuffer.allocate(before + bytes.remaining());
        if (before > 0) {
            all.put(leftover);
        }
        leftover = all.put(bytes).flip();
    }

    void closed() {
        deaf = true;
        listener.onClosed();
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** When something arrived last, as {@link System#nanoTime()}. */
    long lastRead() {
        return lastRead;
    }

    /** Runs something on the selector thread, soon. */
    void onSelector(Runnable task) {
        connection.executeInEventThread(IOEvent.NONE, task);
    }

    /** Reads no more until {@link #resume()}. To be called on the selector thread. */
    void pause() {
        if (!paused) {
            paused = true;
            switchReading(false);
        }
    }

    boolean isPaused() {
        return paused;
    }

    /** Reads on. To be called on the selector thread. */
    void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        ByteBuffer bytes = leftover;
        leftover = null;
        if (bytes != null && !deaf) {
            decode(bytes);
        }
        if (!paused) {
            switchReading(true);
        }
    }

    private void switchReading(boolean on) {
        try {
            NIOConnection nio = (NIOConnection) connection;
            if (on) {
                nio.enableIOEvent(IOEvent.READ);
            } else {
                nio.disableIOEvent(IOEvent.READ);
            }
        } catch (IOException e) {
            LOG.debug("{} is gone", connection, e);
            close();
        }
    }

    /** Adds a frame to what is to be written. */
    void add(Outbox.Item item) {
        outbox.add(item);
    }

    /** Writes now what is to be written, on this thread. */
    void flush() {
        outbox.flush();
    }

    /** What writes what is to be written: always the same object. */
    Runnable flusher() {
        return flush;
    }

    /** How many bytes wait to be written. */
    long backlog() {
        return outbox.backlog();
    }

    /** When something of the backlog left last, as {@link System#nanoTime()}. */
    long lastWrite() {
        return outbox.progress();
    }

    /** Hears nothing more. */
    void ignore() {
        deaf = true;
        leftover = null;
    }

    /**
     * Ends the connection after what was written. What the peer still sends is ignored until it has closed too; if it has sent
     * nothing more, and will not, there is no need to wait for that: to close a connection with something unread would
     * destroy what is on its way to the peer.
     *
     * @param peerMaySendMore whether the peer may send something yet
     */
    void finish(boolean peerMaySendMore) {
        deaf = true;
        try {
            SocketChannel socket = (SocketChannel) ((NIOConnection) connection).getChannel();
            if (!peerMaySendMore && socket.read(ByteBuffer.allocate(1)) <= 0) {
                close();
                return;
            }
            socket.shutdownOutput();
            onSelector(this::resume);
        } catch (IOException e) {
            LOG.debug("{} is gone", connection, e);
            close();
        }
    }

    /** Closes it now. Grizzly's own way to close waits until all is written, for ever if the peer does not read. */
    void close() {
        connection.terminateSilently();
    }
}
