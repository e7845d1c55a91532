package org.slimta.bus.bench.contestant;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.slimta.bus.bench.work.Ability;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Payload;

/** gRPC, unary calls of bytes. */
final class GrpcCalls implements Contestant {

    static final int MAX_MESSAGE_BYTES = 64 << 20;
    static final int WINDOW_BYTES = 8 << 20;
    static final MethodDescriptor<byte[], byte[]> SEND = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("bench.Mail", "Send"))
            .setRequestMarshaller(new GrpcBytes())
            .setResponseMarshaller(new GrpcBytes())
            .build();

    private final boolean direct;

    private GrpcCalls(boolean direct) {
        this.direct = direct;
    }

    /** The default of gRPC: user code runs on separate threads. */
    static GrpcCalls byDefault() {
        return new GrpcCalls(false);
    }

    /** User code runs on the network threads, where it must not block. */
    static GrpcCalls onNetworkThreads() {
        return new GrpcCalls(true);
    }

    @Override
    public String name() {
        return direct ? "grpc-direct" : "grpc";
    }

    @Override
    public String about() {
        return "gRPC unary calls of bytes over its shaded Netty, plain text, flow-control window of 8 MiB, one connection; "
                + (direct
                        ? "direct executors on both sides: user code runs on network threads, where it must not block"
                        : "its default executors");
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.IDLE, Ability.LOCAL));
    }

    @Override
    public org.slimta.bus.bench.contestant.Server serve() throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(HOST, 0));
        if (direct) {
            builder.directExecutor();
        }
        Server server = builder.maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(WINDOW_BYTES)
                .addService(ServerServiceDefinition.builder("bench.Mail")
                        .addMethod(SEND, ServerCalls.asyncUnaryCall((request, response) -> {
                            response.onNext(Payload.replyTo(request.length));
                            response.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        return server::getPort;
    }

    @Override
    public Client connect(int port) {
        return new GrpcSender(port, direct);
    }
}
