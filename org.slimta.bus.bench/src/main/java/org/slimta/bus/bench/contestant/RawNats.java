package org.slimta.bus.bench.contestant;

import io.nats.client.Connection;
import io.nats.client.Nats;
import java.util.EnumSet;
import java.util.Set;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Payload;

/** NATS with bytes and nothing above it. */
final class RawNats implements Contestant {

    static final String NAME = "nats";

    /** The subject of requests that are one message. */
    static final String REQUESTS = "bench.requests";
    /** The subject of chunks of larger requests. */
    static final String CHUNKS = "bench.chunks";
    /** A larger request is sent in chunks: messages must not have more than 1 MiB, and should not have much less. */
    static final int MAX_MESSAGE_BYTES = 256 << 10;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String about() {
        return "the NATS client jnats over one nats-server, its request() and a dispatcher that publishes replies; large"
                + " requests in chunks of 128 KiB, of which the server allows 2 MiB at a time";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.of(Ability.CALL_BACKS, Ability.CALLERS, Ability.BULK, Ability.BATCH);
    }

    @Override
    public String missing() {
        return NatsNode.missing();
    }

    @Override
    public Server serve() throws Exception {
        int port = NatsNode.start();
        Connection connection = Nats.connect(NatsNode.url(port));
        connection
                .createDispatcher(
                        request -> connection.publish(request.getReplyTo(), Payload.replyTo(request.getData().length)))
                .subscribe(REQUESTS);
        connection.createDispatcher(new NatsAssembler(connection)).subscribe(CHUNKS);
        connection.flush(null);
        return () -> port;
    }

    @Override
    public Client connect(int port) throws Exception {
        return new NatsSender(Nats.connect(NatsNode.url(port)));
    }
}
