package org.slimta.bus.nats.impl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;

/** A request whose frame is a text with its number and epoch, and whose response is complete at once, or when it has a size. */
final class FakeRequest implements OutboundRequest {

    private static long numbers;

    private final ClusterClient client;
    private final int size;
    private final StringBuilder response = new StringBuilder();
    private long number = ++numbers;
    private long sendNanosLeft = Long.MAX_VALUE;
    private int responseSize = 1;
    private boolean done;
    private Reason reason;
    private String what;

    FakeRequest(ClusterClient client) {
        this(client, 100);
    }

    /** With a frame of a size. */
    FakeRequest(ClusterClient client, int size) {
        this.client = client;
        this.size = size;
    }

    /** The response is complete when it has that many bytes. */
    void expect(int bytes) {
        responseSize = bytes;
    }

    void setOverdue() {
        sendNanosLeft = 0;
    }

    /** It ends, because its time is over or it was cancelled. */
    void end() {
        done = true;
        client.ended(this);
    }

    Reason reason() {
        return reason;
    }

    String what() {
        return what;
    }

    String responded() {
        return response.toString();
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public void renew() {
        number = ++numbers;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long nanosLeft() {
        return Long.MAX_VALUE;
    }

    @Override
    public long sendNanosLeft() {
        return sendNanosLeft;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public FrameBytes begin() {
        return begin(0);
    }

    @Override
    public FrameBytes begin(long epoch) {
        if (done) {
            return null;
        }
        byte[] all = String.format("%-" + size + "s", number + "@" + epoch).getBytes(UTF_8);
        return new FrameBytes() {

            private boolean taken;

            @Override
            public long size() {
                return all.length;
            }

            @Override
            public boolean mayBlock() {
                return false;
            }

            @Override
            public ByteBuffer next() {
                ByteBuffer next = taken ? null : ByteBuffer.wrap(all);
                taken = true;
                return next;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public FrameReceiver response() {
        return new FrameReceiver() {

            @Override
            public boolean receive(ByteBuffer bytes) {
                response.append(UTF_8.decode(bytes));
                boolean complete = response.length() >= responseSize;
                if (complete && !done) {
                    end();
                }
                return complete;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void fail(Reason newReason, String newWhat, Throwable cause) {
        if (!done) {
            reason = newReason;
            what = newWhat;
            end();
        }
    }
}
