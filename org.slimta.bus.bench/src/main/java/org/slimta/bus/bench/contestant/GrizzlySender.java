package org.slimta.bus.bench.contestant;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.transport.TCPNIOConnectorHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.slimta.bus.bench.work.Client;
import org.slimta.bus.bench.work.Completion;
import org.slimta.bus.bench.work.Exchange;
import org.slimta.bus.bench.work.Payload;
import org.slimta.bus.bench.work.Waiting;

/** The client of raw Grizzly, with one connection. */
final class GrizzlySender extends BaseFilter implements Client {

    private final TCPNIOTransport transport;
    private final int port;
    private final Pipeline pipeline;
    private final Connection<?> connection;

    GrizzlySender(TCPNIOTransport transport, int port) throws Exception {
        this.transport = transport;
        this.port = port;
        connection = connected();
        pipeline = new Pipeline(this::write);
    }

    @SuppressWarnings("rawtypes")
    private Connection<?> connected() throws Exception {
        CompletableFuture<Connection<?>> connected = new CompletableFuture<>();
        TCPNIOConnectorHandler.builder(transport)
                .processor(RawGrizzly.chain(this))
                .build()
                .connect(new InetSocketAddress(Contestant.HOST, port), new EmptyCompletionHandler<Connection>() {
                    @Override
                    public void completed(Connection made) {
                        connected.complete(made);
                    }

                    @Override
                    public void failed(Throwable cause) {
                        connected.completeExceptionally(cause);
                    }
                });
        return connected.get(1, TimeUnit.MINUTES);
    }

    private void write(byte[] frames) {
        connection.write(Buffers.wrap(transport.getMemoryManager(), frames));
    }

    @Override
    public NextAction handleRead(FilterChainContext context) {
        Buffer read = context.getMessage();
        pipeline.read(read.toByteBuffer());
        read.tryDispose();
        return context.getStopAction();
    }

    @Override
    public NextAction handleClose(FilterChainContext context) {
        if (pipeline != null) {
            pipeline.failed(new IOException("the connection was closed"));
        }
        return context.getInvokeAction();
    }

    @Override
    public Exchange exchange(Payload payload) {
        return new Exchange() {
            @Override
            public void call() throws Exception {
                Waiting waiting = new Waiting();
                pipeline.send(payload, waiting);
                waiting.await();
            }

            @Override
            public void send(Completion completion) {
                pipeline.send(payload, completion);
            }
        };
    }

    @Override
    public Client another() throws Exception {
        return new GrizzlySender(transport, port);
    }

    @Override
    public void close() {
        connection.closeSilently();
    }
}
