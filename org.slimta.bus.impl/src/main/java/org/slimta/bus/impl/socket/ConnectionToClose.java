package org.slimta.bus.impl.socket;

import java.util.function.Supplier;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.transport.OutboundFrame;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;

/**
 * A connection of frames that is closed in order.
 *
 * @param channel the connection
 * @param emptyArray supplies an empty array of requests that the peer understands
 */
record ConnectionToClose(FrameConnection channel, Supplier<OutboundFrame> emptyArray)
        implements OrderlyClose.Connection {

    /** The connection to a peer that need not understand more than slimta does. */
    ConnectionToClose(FrameConnection channel) {
        this(channel, ConnectionToClose::slimtaEmptyArray);
    }

    /** Returns an empty array of requests in slimta's form. A server gives it to a program. */
    static OutboundFrame slimtaEmptyArray() {
        return ControlFrame.of(new EnvelopeWriter(Envelope.REQUESTS).finish());
    }

    @Override
    public void sendEmptyArray() {
        channel.send(emptyArray.get());
        channel.execute(channel.flusher());
    }

    @Override
    public void ignore() {
        channel.execute(channel.incoming()::ignore);
    }

    @Override
    public long backlog() {
        return channel.unsentBytes();
    }

    @Override
    public long lastWrite() {
        return channel.lastSent();
    }

    @Override
    public void finish() {
        channel.finish(true);
    }

    @Override
    public void close() {
        channel.close();
    }
}
