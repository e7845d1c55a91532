package org.slimta.bus.impl.socket;

import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;

/**
 * A connection on which a farewell is said.
 *
 * @param channel the connection
 */
record ChannelWay(FrameChannel channel) implements Farewell.Way {

    @Override
    public void sendEmptyArray() {
        channel.add(Notice.of(new EnvelopeWriter(Envelope.REQUESTS).finish()));
        channel.onSelector(channel.flusher());
    }

    @Override
    public void ignore() {
        channel.onSelector(channel.reader()::ignore);
    }

    @Override
    public long backlog() {
        return channel.backlog();
    }

    @Override
    public long lastWrite() {
        return channel.lastWrite();
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
