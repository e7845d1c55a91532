package org.slimta.bus.bench.contestant;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** The client of NATS. */
final class NatsSender implements Client {

    private static final int CHUNK_BYTES = 128 << 10;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final Connection connection;

    NatsSender(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Exchange exchange(Payload payload) {
        return payload.requestSize() > RawNats.MAX_MESSAGE_BYTES ? new InChunks(payload) : new InOneMessage(payload);
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private final class InOneMessage implements Exchange {

        private final Payload payload;
        private final byte[] request;

        InOneMessage(Payload payload) {
            this.payload = payload;
            request = payload.request();
        }

        @Override
        public void call() throws Exception {
            Message reply = connection.request(RawNats.REQUESTS, request).get(1, TimeUnit.MINUTES);
            payload.check(reply.getData().length);
        }

        @Override
        public void send(Completion completion) {
            connection.request(RawNats.REQUESTS, request).whenComplete((reply, failure) -> {
                if (failure != null) {
                    completion.failed(failure);
                } else {
                    payload.check(reply.getData().length);
                    completion.done();
                }
            });
        }
    }

    /** Requests in chunks, one request after the other. */
    private final class InChunks implements Exchange {

        private final Payload payload;
        private final byte[] request;
        private final String replyTo;
        private final Subscription replies;

        InChunks(Payload payload) {
            this.payload = payload;
            request = payload.request();
            replyTo = connection.createInbox() + "." + request.length;
            replies = connection.subscribe(replyTo);
        }

        @Override
        public void call() throws Exception {
            long allowed = NatsAssembler.WINDOW_BYTES;
            for (int from = 0; from < request.length; from += CHUNK_BYTES) {
                int to = Math.min(from + CHUNK_BYTES, request.length);
                while (to > Math.min(allowed, request.length)) {
                    allowed = Math.max(allowed, ByteBuffer.wrap(next()).getLong());
                }
                connection.publish(RawNats.CHUNKS, replyTo, Arrays.copyOfRange(request, from, to));
            }
            byte[] reply = next();
            while (reply.length == Long.BYTES) {
                reply = next();
            }
            payload.check(reply.length);
        }

        private byte[] next() throws IOException, InterruptedException {
            Message message = replies.nextMessage(TIMEOUT);
            if (message == null) {
                throw new IOException("no reply within " + TIMEOUT.toSeconds() + " s");
            }
            return message.getData();
        }

        @Override
        public void send(Completion completion) {
            throw new UnsupportedOperationException("large requests are sent one after the other");
        }

        @Override
        public void close() {
            replies.unsubscribe();
        }
    }
}
