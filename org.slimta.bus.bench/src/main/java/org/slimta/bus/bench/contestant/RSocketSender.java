package org.slimta.bus.bench.contestant;

import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.time.Duration;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;
import reactor.core.publisher.Mono;

/** The client of RSocket. */
final class RSocketSender implements Client {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final int port;
    private final RSocket socket;

    RSocketSender(int port) {
        this.port = port;
        socket = RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .fragment(RSocketStreams.FRAGMENT_BYTES)
                .connect(TcpClientTransport.create(Contestant.HOST, port))
                .block(TIMEOUT);
    }

    @Override
    public Exchange exchange(Payload payload) {
        byte[] request = payload.request();
        return new Exchange() {

            private Mono<Void> exchanged() {
                return socket.requestResponse(ByteBufPayload.create(request)).flatMap(reply -> {
                    payload.check(reply.sliceData().readableBytes());
                    reply.release();
                    return Mono.<Void>empty();
                });
            }

            @Override
            public void call() {
                exchanged().block(TIMEOUT);
            }

            @Override
            public void send(Completion completion) {
                exchanged().subscribe(nothing -> {}, completion::failed, completion::done);
            }
        };
    }

    @Override
    public Client another() {
        return new RSocketSender(port);
    }

    @Override
    public void close() {
        socket.dispose();
    }
}
