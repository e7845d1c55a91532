package org.slimta.bus.api.xml;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An attachment in memory, in one or more buffers. */
final class BufferAttachment implements Attachment {

    private final List<ByteBuffer> pieces;
    private final long size;

    BufferAttachment(List<ByteBuffer> buffers) {
        List<ByteBuffer> readOnly = new ArrayList<>(buffers.size());
        long bytes = 0;
        for (ByteBuffer buffer : buffers) {
            readOnly.add(buffer.asReadOnlyBuffer());
            bytes += buffer.remaining();
        }
        pieces = readOnly;
        size = bytes;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() {
        return new BufferInputStream(buffers());
    }

    @Override
    public List<ByteBuffer> buffers() {
        if (pieces.size() == 1) {
            return List.of(pieces.get(0).duplicate());
        }
        List<ByteBuffer> copies = new ArrayList<>(pieces.size());
        pieces.forEach(piece -> copies.add(piece.duplicate()));
        return copies;
    }

    @Override
    public String toString() {
        return size + " bytes";
    }
}
