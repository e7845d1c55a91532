package org.slimta.bus.bench.contestant;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;

/** Vert.x: frames over its sockets, and its event bus within the JVM. */
final class VertxBus implements Contestant {

    @Override
    public String name() {
        return "vertx";
    }

    @Override
    public String about() {
        return "Vert.x: length-prefixed frames over NetServer and NetClient, native transport, one connection, what one"
                + " read brings is answered by one write; within the JVM request and reply over the event bus, strings";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.IDLE));
    }

    @Override
    public Server serve() throws Exception {
        NetServer server =
                start().createNetServer(new NetServerOptions().setHost(HOST).setAcceptBacklog(1024));
        server.connectHandler(VertxBus::answer);
        server.listen(0, HOST).toCompletionStage().toCompletableFuture().get();
        return server::actualPort;
    }

    private static Vertx start() {
        return Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    }

    private static void answer(NetSocket socket) {
        Replies replies = new Replies();
        FrameAssembler assembler = new FrameAssembler(replies::add);
        socket.handler(read -> {
            assembler.feed(bytes(read));
            if (!replies.isEmpty()) {
                socket.write(Buffer.buffer(replies.take()));
            }
        });
    }

    /** The bytes of a buffer, without copying them. */
    @SuppressWarnings("deprecation")
    static ByteBuffer bytes(Buffer read) {
        return read.getByteBuf().nioBuffer();
    }

    @Override
    public Client connect(int port) throws Exception {
        Vertx vertx = start();
        return VertxSender.connect(vertx, vertx.createNetClient(), port);
    }

    @Override
    public Client open() throws Exception {
        return new VertxEvents(start());
    }
}
