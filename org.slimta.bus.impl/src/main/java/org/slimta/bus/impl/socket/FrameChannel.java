package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.glassfish.grizzly.CompletionHandler;
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
import org.slimta.bus.impl.wire.FrameEncoder;

/** One connection, over which one frame goes each way. */
final class FrameChannel {

    /** Whom the connection serves. Called on a selector thread, so it must not block. */
    interface Listener {

        /** Bytes arrived, but not the end of a frame. */
        default void onProgress() {}

        /** The frame arrived. What follows it is ignored. */
        void onFrame(Frame frame);

        /** What arrived is no frame, or over a limit. What follows is ignored. */
        void onBadFrame(BusException failure);

        /** The connection is closed, by whomever. */
        void onClosed();
    }

    private static final Logger LOG = LoggerFactory.getLogger(FrameChannel.class);

    private final Connection<?> connection;
    private final Listener listener;
    private final Threads threads;
    private final FrameDecoder decoder;
    private volatile boolean deaf;

    FrameChannel(Connection<?> connection, Listener listener, Threads threads, FrameLimits limits) {
        this.connection = connection;
        this.listener = listener;
        this.threads = threads;
        this.decoder = new FrameDecoder(limits);
    }

    static InetSocketAddress peerOf(Connection<?> connection) {
        return (InetSocketAddress) connection.getPeerAddress();
    }

    /** Takes what arrived. */
    void received(ByteBuffer bytes) {
        if (deaf) {
            return;
        }
        Frame frame;
        try {
            frame = decoder.decode(bytes);
        } catch (BusException e) {
            deaf = true;
            listener.onBadFrame(e);
            return;
        }
        if (frame == null) {
            listener.onProgress();
        } else {
            deaf = true;
            listener.onFrame(frame);
        }
    }

    void closed() {
        deaf = true;
        listener.onClosed();
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Reads no more until {@link #resume()}. */
    void pause() {
        switchReading(false);
    }

    void resume() {
        switchReading(true);
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

    /**
     * Writes a frame.
     *
     * @param encoder the frame; closed when it is written
     * @param whenDone called when the whole frame is written, or cannot be; on any thread
     */
    void write(FrameEncoder encoder, CompletionHandler<Void> whenDone) {
        new FrameWriting(connection, encoder, threads, whenDone).start();
    }

    /** Sends the end of the stream, and ignores what still comes until the peer has closed too. */
    void finish() {
        deaf = true;
        try {
            ((SocketChannel) ((NIOConnection) connection).getChannel()).shutdownOutput();
            resume();
        } catch (IOException e) {
            LOG.debug("{} is gone", connection, e);
            close();
        }
    }

    void close() {
        connection.closeSilently();
    }
}
