package org.slimta.bus.bench.work;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What one transaction carries. Those who carry bytes take them from here; the arrays are shared, nobody writes to them. */
public enum Payload {
    /** A mail without contents to speak of: some 300 bytes of XML, and some 60 back. */
    SMALL(300, 60, 1),
    /** A hundred small ones at once. */
    BATCH(30_000, 6_000, 100),
    /** An attachment of 1 MiB. */
    MIB_1(1 << 20, 60, 1),
    /** An attachment of 16 MiB. */
    MIB_16(16 << 20, 60, 1);

    private final int requestSize;
    private final int items;
    private final byte[] reply;
    private byte[] frame;

    Payload(int requestSize, int replySize, int items) {
        this.requestSize = requestSize;
        this.items = items;
        reply = new byte[replySize];
        Arrays.fill(reply, (byte) 'r');
    }

    /**
     * How large a request is.
     *
     * @return its bytes
     */
    public int requestSize() {
        return requestSize;
    }

    /**
     * How many requests are in it.
     *
     * @return 1, or more for a batch
     */
    public int items() {
        return items;
    }

    /**
     * The bytes of a request.
     *
     * @return an array of its own for each call
     */
    public byte[] request() {
        byte[] request = new byte[requestSize];
        Arrays.fill(request, (byte) 'q');
        return request;
    }

    /**
     * The bytes of a request after their number in four bytes.
     *
     * @return the frame
     */
    public synchronized byte[] frame() {
        if (frame == null) {
            frame = ByteBuffer.allocate(4 + requestSize).putInt(requestSize).put(request()).array();
        }
        return frame;
    }

    /**
     * What a server answers to a request of a size.
     *
     * @param requestSize the bytes it has received
     * @return the bytes of the reply
     */
    public static byte[] replyTo(int requestSize) {
        for (Payload payload : values()) {
            if (payload.requestSize == requestSize) {
                return payload.reply;
            }
        }
        throw new IllegalArgumentException("a request of " + requestSize + " bytes was never sent");
    }

    /**
     * Checks a reply.
     *
     * @param size the bytes it has
     */
    public void check(int size) {
        if (size != reply.length) {
            throw new IllegalStateException("the reply to " + this + " has " + size + " bytes instead of " + reply.length);
        }
    }
}
