package org.slimta.bus.api.xml;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Bytes beside the XML of a frame, which have a known size and can be read any number of times. They need not be in
 * memory. Implementations must be thread-safe, and the bytes must not change.
 */
@ConsumerType
public interface Attachment {

    /** {@return the size in bytes; 0 or more, always the same} */
    long size();

    /**
     * Opens a stream that reads from the start. If reading fails while a frame is being sent, its transaction fails
     * with {@link org.slimta.bus.api.BusException.Reason#CODEC}; if a part of the frame has been sent by then, the
     * connection is closed, since the frame can neither be completed nor revoked.
     *
     * @return a stream of exactly {@link #size()} bytes, which the caller must close; never null
     * @throws IOException if the bytes cannot be read
     */
    InputStream open() throws IOException;

    /**
     * {@return the bytes in memory, so that they can be sent without being copied: read-only buffers that together hold
     * {@link #size()} bytes, new ones for each call; or null if the bytes are not in memory}
     */
    default List<ByteBuffer> buffers() {
        return null;
    }

    /**
     * Reads all bytes into an array.
     *
     * @return the bytes, a copy, never null
     * @throws IOException if the bytes cannot be read, or are more than an array can hold
     */
    default byte[] toByteArray() throws IOException {
        if (size() > Integer.MAX_VALUE - 8) {
            throw new IOException("an attachment of " + size() + " bytes does not fit into an array; use open()");
        }
        try (InputStream in = open()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size());
            in.transferTo(bytes);
            return bytes.toByteArray();
        }
    }

    /**
     * Returns an attachment of an array.
     *
     * @param bytes the bytes, not null; not copied, so they must not be changed afterwards
     * @return the attachment, never null
     */
    static Attachment of(byte[] bytes) {
        return of(List.of(ByteBuffer.wrap(bytes)));
    }

    /**
     * Returns an attachment of buffers, one after the other, each from its position to its limit.
     *
     * @param buffers the bytes, not null; not copied, so they must not be changed afterwards
     * @return the attachment, never null
     */
    static Attachment of(List<ByteBuffer> buffers) {
        return new BufferAttachment(buffers);
    }

    /**
     * Returns an attachment of a file. The file is read when its bytes are needed, and never held in memory as a whole.
     *
     * @param file the file, not null; it must not change as long as the attachment is in use
     * @return the attachment, never null
     * @throws IOException if the file does not exist or cannot be read
     */
    static Attachment of(Path file) throws IOException {
        return new FileAttachment(file);
    }
}
