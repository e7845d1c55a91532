package org.slimta.bus.nats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.impl.contract.BusFixture;
import org.slimta.bus.impl.contract.BusSettings;
import org.slimta.bus.impl.contract.BusUnderTest;
import org.slimta.bus.nats.fixture.NatsNode;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server and a client over a cluster. Each bus has a subject of its own: a test may open several. */
final class NatsKind implements BusFixture {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final NatsBusFactory there;
    private final NatsBusFactory here;
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Connections that outlive the buses of a test. */
    record Connections(StandaloneBusFactory buses, NatsBusFactory there, NatsBusFactory here) implements AutoCloseable {

        /** The server's is to the first node, the client's to the last one, and then to any of them. */
        static Connections to(List<NatsNode> nodes) {
            StandaloneBusFactory buses = new StandaloneBusFactory(new TextCodec());
            return new Connections(
                    buses,
                    connect(buses, "server", nodes.get(0)),
                    connect(buses, "client", nodes.get(nodes.size() - 1)));
        }

        private static NatsBusFactory connect(StandaloneBusFactory buses, String name, NatsNode node) {
            return new NatsBusFactory(
                    NatsOptions.builder()
                            .name(name)
                            .servers(List.of(node.url()))
                            .build(),
                    buses);
        }

        @Override
        public void close() {
            here.close();
            there.close();
            buses.close();
        }
    }

    NatsKind(Connections connections) {
        this.there = connections.there();
        this.here = connections.here();
    }

    @Override
    public BusUnderTest open(BusSettings settings, ExecutorService threads) {
        String subject = "contract." + COUNT.incrementAndGet();
        BusServer<String, String> server = there.newServer(
                subject,
                String.class,
                String.class,
                ServerOptions.builder()
                        .name(settings.name())
                        .queueSize(settings.queueSize())
                        .receiveTimeout(settings.receiveTimeout())
                        .drainTimeout(settings.drainTimeout())
                        .build());
        opened.add(server);
        BusClient<String, String> client = here.newClient(
                subject,
                String.class,
                String.class,
                ClientOptions.builder()
                        .name(settings.name())
                        .sendTimeout(shorter(settings.sendTimeout()))
                        .responseTimeout(settings.responseTimeout())
                        .build());
        opened.add(client);
        return new BusUnderTest(server, client, true);
    }

    /** A request to a server that is closed waits for another one for that time. */
    private static Duration shorter(Duration sendTimeout) {
        Duration most = Duration.ofSeconds(2);
        return sendTimeout.compareTo(most) < 0 ? sendTimeout : most;
    }

    @Override
    public void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    static Path newFolder() {
        try {
            return Files.createTempDirectory("nats");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
