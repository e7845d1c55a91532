package org.slimta.bus.bench.work;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The payload of one transaction. Contestants that carry bytes get them from here; the arrays are shared and read-only.
 */
public enum Payload {
    /** A mail with tiny contents: about 300 bytes of XML, and about 60 in the response. */
    SMALL(300, 60, 1),
    /** A hundred small mails at once. */
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

    /** {@return the size of a request in bytes} */
    public int requestSize() {
        return requestSize;
    }

    /** {@return the number of requests; 1, or more for a batch} */
    public int items() {
        return items;
    }

    /** {@return the bytes of a request, a new array for each call} */
    public byte[] request() {
        byte[] request = new byte[requestSize];
        Arrays.fill(request, (byte) 'q');
        return request;
    }

    /** {@return the frame of a request: its size in four bytes, and its bytes} */
    public synchronized byte[] frame() {
        if (frame == null) {
            frame = ByteBuffer.allocate(4 + requestSize)
                    .putInt(requestSize)
                    .put(request())
                    .array();
        }
        return frame;
    }

    /**
     * Returns the reply of a server to a request.
     *
     * @param requestSize the size of the request in bytes
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
     * Checks the size of a reply.
     *
     * @param size the size in bytes
     */
    public void check(int size) {
        if (size != reply.length) {
            throw new IllegalStateException(
                    "the reply to " + this + " has " + size + " bytes instead of " + reply.length);
        }
    }
}
