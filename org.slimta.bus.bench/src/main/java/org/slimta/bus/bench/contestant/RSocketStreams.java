package org.slimta.bus.bench.contestant;

import io.rsocket.Payload;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import java.util.EnumSet;
import java.util.Set;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import reactor.core.publisher.Mono;

/** RSocket over TCP, request and response. */
final class RSocketStreams implements Contestant {

    /** The size of fragments: a payload that is larger than a frame can be must be sent in several. */
    static final int FRAGMENT_BYTES = 1 << 20;

    @Override
    public String name() {
        return "rsocket";
    }

    @Override
    public String about() {
        return "RSocket requestResponse over TCP by Reactor Netty, payloads not copied, fragments of 1 MiB, one connection";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.IDLE, Ability.LOCAL));
    }

    @Override
    public Server serve() {
        CloseableChannel server = RSocketServer.create(SocketAcceptor.forRequestResponse(RSocketStreams::answer))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .fragment(FRAGMENT_BYTES)
                .bind(TcpServerTransport.create(HOST, 0))
                .block();
        return () -> server.address().getPort();
    }

    private static Mono<Payload> answer(Payload request) {
        int size = request.sliceData().readableBytes();
        request.release();
        return Mono.just(ByteBufPayload.create(org.slimta.bus.bench.work.Payload.replyTo(size)));
    }

    @Override
    public Client connect(int port) {
        return new RSocketSender(port);
    }
}
