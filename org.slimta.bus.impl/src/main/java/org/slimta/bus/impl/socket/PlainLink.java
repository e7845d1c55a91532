package org.slimta.bus.impl.socket;

import java.nio.ByteBuffer;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.memory.Buffers;

/** Sends bytes as they are. */
final class PlainLink implements Link {

    private final Connection<Object> connection;

    @SuppressWarnings("unchecked")
    PlainLink(Connection<?> connection) {
        this.connection = (Connection<Object>) connection;
    }

    @Override
    public void send(ByteBuffer bytes, CompletionHandler<WriteResult<Buffer, Object>> whenSent) {
        connection.write(Buffers.wrap(connection.getMemoryManager(), bytes), whenSent);
    }
}
