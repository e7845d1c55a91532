package org.slimta.bus.api.xml;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Bytes beside the XML: a size and a way to read them, as often as one likes. They need not be in memory. Must be
 * thread-safe, and its bytes must not change.
 */
@ConsumerType
public interface Attachment {

    /**
     * How many bytes there are.
     *
     * @return the size in bytes, 0 or more, always the same
     */
    long size();

    /**
     * Reads from the start. If reading fails while a frame is being sent, its transaction fails with {@code CODEC}; if some of
     * the frame has left, that connection is cut off, since the frame can neither be finished nor taken back.
     *
     * @return a stream of exactly {@link #size()} bytes, to be closed by the caller; never null
     * @throws IOException if the bytes cannot be had
     */
    InputStream open() throws IOException;

    /**
     * The bytes where they lie in memory, so that they can be sent without being copied.
     *
     * @return read-only buffers that hold {@link #size()} bytes together, new ones at each call; or null if the bytes are
     *     not in memory
     */
    default List<ByteBuffer> buffers() {
        return null;
    }

    /**
     * All bytes in an array.
     *
     * @return a copy, never null
     * @throws IOException if the bytes cannot be had, or are more than an array holds
     */
    default byte[] toByteArray() throws IOException {
        if (size() > Integer.MAX_VALUE - 8) {
            throw new IOException("an attachment of " + size() + " bytes does not fit an array; open() it");
        }
        try (InputStream in = open()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size());
            in.transferTo(bytes);
            return bytes.toByteArray();
        }
    }

    /**
     * An attachment of an array.
     *
     * @param bytes its bytes, not copied: they must not change from now on; not null
     * @return the attachment, never null
     */
    static Attachment of(byte[] bytes) {
        return of(List.of(ByteBuffer.wrap(bytes)));
    }

    /**
     * An attachment of buffers, one after the other, each from its position to its limit.
     *
     * @param buffers its bytes, not copied: they must not change from now on; not null
     * @return the attachment, never null
     */
    static Attachment of(List<ByteBuffer> buffers) {
        return new BufferAttachment(buffers);
    }

    /**
     * An attachment of a file. It is read when it is needed and never held in memory as a whole.
     *
     * @param file the file, not null; it must not change as long as the attachment is in use
     * @return the attachment, never null
     * @throws IOException if there is no such file, or it cannot be read
     */
    static Attachment of(Path file) throws IOException {
        return new FileAttachment(file);
    }
}
