package org.slimta.bus.bench.contestant;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;

/** The client of gRPC. */
final class GrpcSender implements Client {

    private final int port;
    private final boolean direct;
    private final ManagedChannel channel;

    GrpcSender(int port, boolean direct) {
        this.port = port;
        this.direct = direct;
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(Contestant.HOST, port);
        if (direct) {
            builder.directExecutor();
        }
        channel = builder.usePlaintext()
                .maxInboundMessageSize(GrpcCalls.MAX_MESSAGE_BYTES)
                .flowControlWindow(GrpcCalls.WINDOW_BYTES)
                .build();
    }

    @Override
    public Exchange exchange(Payload payload) {
        byte[] request = payload.request();
        return new Exchange() {
            @Override
            public void call() {
                payload.check(
                        ClientCalls.blockingUnaryCall(channel, GrpcCalls.SEND, CallOptions.DEFAULT, request).length);
            }

            @Override
            public void send(Completion completion) {
                ClientCalls.asyncUnaryCall(
                        channel.newCall(GrpcCalls.SEND, CallOptions.DEFAULT),
                        request,
                        new Observer(payload, completion));
            }
        };
    }

    @Override
    public Client another() {
        return new GrpcSender(port, direct);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class Observer implements StreamObserver<byte[]> {

        private final Payload payload;
        private final Completion completion;

        Observer(Payload payload, Completion completion) {
            this.payload = payload;
            this.completion = completion;
        }

        @Override
        public void onNext(byte[] reply) {
            payload.check(reply.length);
        }

        @Override
        public void onError(Throwable failure) {
            completion.failed(failure);
        }

        @Override
        public void onCompleted() {
            completion.done();
        }
    }
}
