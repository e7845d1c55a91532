package org.slimta.bus.impl.socket;

import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.transport.FrameConnection;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;

/**
 * A connection of frames that is closed in order.
 *
 * @param channel the connection
 */
record ConnectionToClose(FrameConnection channel) implements OrderlyClose.Connection {

    @Override
    public void sendEmptyArray() {
        channel.send(ControlFrame.of(new EnvelopeWriter(Envelope.REQUESTS).finish()));
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
