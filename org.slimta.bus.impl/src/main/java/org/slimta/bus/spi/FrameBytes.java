package org.slimta.bus.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** The bytes of one frame that is being sent, in order. Used by one thread at a time. */
@ProviderType
public interface FrameBytes extends AutoCloseable {

    /** {@return the number of all bytes} */
    long size();

    /** {@return whether {@link #next()} may block, because the frame has attachments that are not in memory} */
    boolean mayBlock();

    /**
     * Gives the next bytes.
     *
     * @return at least one byte, in a buffer that belongs to the caller; null after the last byte
     * @throws IOException if an attachment cannot be read. Then the frame is void, and the receiver has to discard what it has of
     *     it: the transaction has failed, and a server gives its {@link RequestSource} the failure as another reply.
     */
    ByteBuffer next() throws IOException;

    /** Ends the reading of attachments. Necessary only if not all bytes were taken. */
    @Override
    void close();
}
