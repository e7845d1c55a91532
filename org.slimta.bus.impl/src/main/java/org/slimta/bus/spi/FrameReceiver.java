package org.slimta.bus.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes the bytes of one frame as they arrive. What is wrong with them, such as malformed XML or a limit that is exceeded, fails
 * the transaction of this frame and nothing else; if its number is not known, a server calls
 * {@link RequestSource#rejected}. Used by one thread at a time.
 */
@ProviderType
public interface FrameReceiver extends AutoCloseable {

    /**
     * Takes the next bytes. Does not block.
     *
     * @param bytes any number of bytes; they are read, and the buffer belongs to the caller again
     * @return whether nothing more is needed: the frame is complete, or was rejected
     */
    boolean receive(ByteBuffer bytes);

    /** The rest of the frame will not arrive. Releases what has arrived; the transaction does not end by this. */
    @Override
    void close();
}
