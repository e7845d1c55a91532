package org.slimta.bus.impl.socket;

import java.nio.ByteBuffer;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.WriteResult;

/** Sends bytes over a connection, as they are or encrypted. */
@FunctionalInterface
interface Link {

    /**
     * Sends bytes after those that were sent before. Does not wait.
     *
     * @param bytes the bytes, the caller's no more
     * @param whenSent what is told that they have left, on any thread, perhaps on this one
     */
    void send(ByteBuffer bytes, CompletionHandler<WriteResult<Buffer, Object>> whenSent);
}
