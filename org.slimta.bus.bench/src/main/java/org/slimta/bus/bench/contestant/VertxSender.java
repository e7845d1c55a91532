package org.slimta.bus.bench.contestant;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;
import org.slimta.bus.bench.work.Waiting;

/** The client of Vert.x, with one connection. Everything runs on the event loop of that connection. */
final class VertxSender implements Client {

    private final Vertx vertx;
    private final NetClient net;
    private final int port;
    private final Context loop;
    private final NetSocket socket;
    private final Pipeline pipeline;

    private VertxSender(Vertx vertx, NetClient net, int port, Context loop, NetSocket socket) {
        this.vertx = vertx;
        this.net = net;
        this.port = port;
        this.loop = loop;
        this.socket = socket;
        pipeline = new Pipeline(frames -> socket.write(Buffer.buffer(frames)));
        socket.handler(read -> pipeline.read(VertxBus.bytes(read)));
        socket.closeHandler(closed -> pipeline.failed(new IOException("the connection was closed")));
    }

    static VertxSender connect(Vertx vertx, NetClient net, int port) throws Exception {
        CompletableFuture<VertxSender> connected = new CompletableFuture<>();
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(run -> net.connect(port, Contestant.HOST).onComplete(attempt -> {
            if (attempt.succeeded()) {
                connected.complete(new VertxSender(vertx, net, port, loop, attempt.result()));
            } else {
                connected.completeExceptionally(attempt.cause());
            }
        }));
        return connected.get(1, TimeUnit.MINUTES);
    }

    @Override
    public Exchange exchange(Payload payload) {
        return new Exchange() {
            @Override
            public void call() throws Exception {
                Waiting waiting = new Waiting();
                send(waiting);
                waiting.await();
            }

            @Override
            public void send(Completion completion) {
                if (Vertx.currentContext() == loop) {
                    pipeline.send(payload, completion);
                } else {
                    loop.runOnContext(run -> pipeline.send(payload, completion));
                }
            }
        };
    }

    @Override
    public Client another() throws Exception {
        return connect(vertx, net, port);
    }

    @Override
    public void close() {
        socket.close();
    }
}
