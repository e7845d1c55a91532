package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/**
 * Whole records of TLS out of bytes that arrive in whatever pieces. It looks at headers only. A byte is copied a bounded number
 * of times however it is cut, and memory is taken for bytes that are there, not for what a header announces. Not thread-safe.
 */
public final class TlsRecords {

    private static final int HEADER = 5;
    private static final int LARGEST_RECORD = HEADER + (16 << 10) + 2048;
    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 23;
    private static final int MAJOR_VERSION = 3;
    private static final int SMALLEST_KEPT = 64;

    /** From its position to its limit what is kept; behind that there is room for more. Null if there is nothing. */
    private ByteBuffer kept;

    /** Keeps nothing yet. */
    public TlsRecords() {}

    /**
     * Gives the next record. If it is not there whole, what there is of it is kept.
     *
     * @param bytes what has arrived since; read as far as the record goes, or to its end
     * @return a whole record, to be used before anything else is asked; or null
     * @throws SSLException if what has arrived is not a record of TLS
     */
    public ByteBuffer next(ByteBuffer bytes) throws SSLException {
        if (kept == null) {
            ByteBuffer record = cut(bytes);
            if (record == null) {
                keep(bytes);
            }
            return record;
        }
        ByteBuffer record;
        while ((record = cut(kept)) == null && bytes.hasRemaining()) {
            int wanted = kept.remaining() < HEADER ? HEADER : sizeOfRecord(kept);
            append(bytes, Math.min(wanted - kept.remaining(), bytes.remaining()));
        }
        if (!kept.hasRemaining()) {
            kept = null;
        } else if (record == null && kept.position() > 0) {
            resize(kept.remaining()); // The records before it are gone, and their memory with them.
        }
        return record;
    }

    /**
     * Keeps bytes without a look at them. They come before what is given later.
     *
     * @param bytes what has arrived, read to its end
     */
    public void keep(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            append(bytes, bytes.remaining());
        }
    }

    /** {@return how many bytes of memory are taken by what is kept} */
    public long held() {
        return kept == null ? 0 : kept.capacity();
    }

    /** Forgets what is kept. */
    public void clear() {
        kept = null;
    }

    private static ByteBuffer cut(ByteBuffer bytes) throws SSLException {
        if (bytes.remaining() < HEADER) {
            return null;
        }
        int size = sizeOfRecord(bytes);
        if (bytes.remaining() < size) {
            return null;
        }
        ByteBuffer record = bytes.slice(bytes.position(), size);
        bytes.position(bytes.position() + size);
        return record;
    }

    private static int sizeOfRecord(ByteBuffer bytes) throws SSLException {
        int at = bytes.position();
        int type = bytes.get(at);
        int size = HEADER + Short.toUnsignedInt(bytes.getShort(at + 3));
        if (type < FIRST_TYPE || type > LAST_TYPE || bytes.get(at + 1) != MAJOR_VERSION || size > LARGEST_RECORD) {
            throw new SSLException("the peer sent bytes that are not a TLS record; perhaps it does not speak TLS");
        }
        return size;
    }

    private void append(ByteBuffer bytes, int count) {
        int end = kept == null ? 0 : kept.limit();
        if (kept == null || kept.capacity() - end < count) {
            int before = kept == null ? 0 : kept.remaining();
            int doubled = before < LARGEST_RECORD ? Math.min(2 * before, LARGEST_RECORD) : 2 * before;
            resize(Math.max(before + count, doubled));
            end = kept.limit();
        }
        kept.limit(end + count);
        kept.put(end, bytes, bytes.position(), count);
        bytes.position(bytes.position() + count);
    }

    private void resize(int capacity) {
        ByteBuffer larger = ByteBuffer.allocate(Math.max(SMALLEST_KEPT, capacity));
        kept = kept == null ? larger.flip() : larger.put(kept).flip();
    }
}
