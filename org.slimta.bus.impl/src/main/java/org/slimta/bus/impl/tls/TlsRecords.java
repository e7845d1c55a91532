package org.slimta.bus.impl.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/**
 * Cuts complete TLS records out of bytes that arrive in any pieces. It reads only their headers. Each byte is copied a
 * bounded number of times, whatever the pieces are, and memory is allocated for bytes that have arrived, not for what a
 * header announces. Not thread-safe.
 */
public final class TlsRecords {

    private static final int HEADER_BYTES = 5;
    private static final int MAX_RECORD_BYTES = HEADER_BYTES + (16 << 10) + 2048;
    private static final int MIN_TYPE = 20;
    private static final int MAX_TYPE = 23;
    private static final int MAJOR_VERSION = 3;
    private static final int MIN_KEPT_BYTES = 64;

    /** From its position to its limit the bytes that are kept, then room for more. Null if nothing is kept. */
    private ByteBuffer kept;

    /** Creates one that keeps nothing. */
    public TlsRecords() {}

    /**
     * Gives the next record. If it has not arrived completely, its beginning is kept.
     *
     * @param bytes the bytes that have arrived since; read to the end of the record, or to their end
     * @return a complete record, valid until the next call of any method; null if more bytes are needed
     * @throws SSLException if the bytes are not a TLS record
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
            int wanted = kept.remaining() < HEADER_BYTES ? HEADER_BYTES : sizeOfRecord(kept);
            append(bytes, Math.min(wanted - kept.remaining(), bytes.remaining()));
        }
        if (!kept.hasRemaining()) {
            kept = null;
        } else if (record == null && kept.position() > 0) {
            resize(kept.remaining()); // Releases the memory of the records before it.
        }
        return record;
    }

    /**
     * Keeps bytes without checking them. They come before the bytes that are passed later.
     *
     * @param bytes the bytes that have arrived, read to their end
     */
    public void keep(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            append(bytes, bytes.remaining());
        }
    }

    /** {@return the memory of the kept bytes, in bytes} */
    public long held() {
        return kept == null ? 0 : kept.capacity();
    }

    /** Drops the kept bytes. */
    public void clear() {
        kept = null;
    }

    private static ByteBuffer cut(ByteBuffer bytes) throws SSLException {
        if (bytes.remaining() < HEADER_BYTES) {
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
        int size = HEADER_BYTES + Short.toUnsignedInt(bytes.getShort(at + 3));
        if (type < MIN_TYPE || type > MAX_TYPE || bytes.get(at + 1) != MAJOR_VERSION || size > MAX_RECORD_BYTES) {
            throw new NotTlsException();
        }
        return size;
    }

    private void append(ByteBuffer bytes, int count) {
        int end = kept == null ? 0 : kept.limit();
        if (kept == null || kept.capacity() - end < count) {
            int before = kept == null ? 0 : kept.remaining();
            int doubled = before < MAX_RECORD_BYTES ? Math.min(2 * before, MAX_RECORD_BYTES) : 2 * before;
            resize(Math.max(before + count, doubled));
            end = kept.limit();
        }
        kept.limit(end + count);
        kept.put(end, bytes, bytes.position(), count);
        bytes.position(bytes.position() + count);
    }

    private void resize(int capacity) {
        ByteBuffer larger = ByteBuffer.allocate(Math.max(MIN_KEPT_BYTES, capacity));
        kept = kept == null ? larger.flip() : larger.put(kept).flip();
    }
}
