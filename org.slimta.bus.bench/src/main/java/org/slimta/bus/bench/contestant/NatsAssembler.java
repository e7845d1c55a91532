package org.slimta.bus.bench.contestant;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.slimta.bus.bench.work.Payload;

/**
 * Assembles large requests at the server of NATS, and replies to them. The last token of the subject for the reply is the size of the
 * request. To that subject it also tells, in eight bytes, up to how many bytes may be sent. For one thread.
 */
final class NatsAssembler implements MessageHandler {

    /** So much may be on its way. */
    static final int WINDOW_BYTES = 2 << 20;

    private static final int TOLD_BYTES = WINDOW_BYTES / 4;

    private final Connection connection;
    private final Map<String, ByteBuffer> requests = new HashMap<>();

    NatsAssembler(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void onMessage(Message chunk) {
        String replyTo = chunk.getReplyTo();
        ByteBuffer request = requests.computeIfAbsent(replyTo, NatsAssembler::room);
        int before = request.position();
        request.put(chunk.getData());
        int received = request.position();
        if (!request.hasRemaining()) {
            requests.remove(replyTo);
            connection.publish(replyTo, Payload.replyTo(received));
        } else if (before / TOLD_BYTES != received / TOLD_BYTES) {
            connection.publish(
                    replyTo,
                    ByteBuffer.allocate(Long.BYTES)
                            .putLong((long) received + WINDOW_BYTES)
                            .array());
        }
    }

    private static ByteBuffer room(String replyTo) {
        return ByteBuffer.allocate(Integer.parseInt(replyTo.substring(replyTo.lastIndexOf('.') + 1)));
    }
}
