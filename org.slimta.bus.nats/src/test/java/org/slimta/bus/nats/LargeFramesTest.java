package org.slimta.bus.nats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerOptions.Builder;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.nats.fixture.NatsNode;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Frames that are too large for one message, in both directions, through nodes that are killed. */
class LargeFramesTest {

    private static final int ROUNDS = Integer.getInteger("nats.transfers", 6);
    private static final int SIZE = Integer.getInteger("nats.transferMiB", 16) << 20;

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private List<NatsNode> nodes = List.of();
    private NatsBusFactory there;
    private NatsBusFactory here;

    @BeforeEach
    void start() {
        nodes = NatsNode.cluster(NatsKind.newFolder(), 3);
        StandaloneBusFactory buses = new StandaloneBusFactory(new BytesCodec());
        opened.add(buses);
        there = connect(buses, "there");
        here = connect(buses, "here");
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        nodes.forEach(NatsNode::close);
    }

    private NatsBusFactory connect(StandaloneBusFactory buses, String name) {
        NatsBusFactory factory = new NatsBusFactory(
                NatsOptions.builder().name(name).servers(NatsNode.urls(nodes)).build(), buses);
        opened.add(factory);
        return factory;
    }

    private static ServerOptions options(Builder builder) {
        return builder.memoryLimit(200 << 20).build();
    }

    private void serveEcho(ServerOptions options) {
        BusServer<Attachment, Attachment> server =
                there.newServer("files", Attachment.class, Attachment.class, options);
        opened.add(server);
        server.serve(batch -> CompletableFuture.completedFuture(batch.requests()));
    }

    private BusClient<Attachment, Attachment> client() {
        BusClient<Attachment, Attachment> client = here.newClient(
                "files",
                Attachment.class,
                Attachment.class,
                ClientOptions.builder().memoryLimit(200 << 20).build());
        opened.add(client);
        return client;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void framesOfAllSizesArriveAsTheyWere() throws Exception {
        serveEcho(options(ServerOptions.builder()));
        BusClient<Attachment, Attachment> client = client();
        for (int size : List.of(1, 200_000, 262_144, 300_000, 1 << 20, 3_000_001, 20 << 20)) {
            byte[] bytes = random(size);
            List<Attachment> responses =
                    client.sendRequest(List.of(Attachment.of(bytes))).recvResponse();
            assertArrayEquals(bytes, responses.get(0).toByteArray(), size + " bytes");
        }
    }

    @Test
    void aFileIsReadWhileItIsSent() throws Exception {
        serveEcho(options(ServerOptions.builder()));
        byte[] bytes = random(5_000_000);
        Path file = Files.write(folder.resolve("file"), bytes);
        List<Attachment> responses =
                client().sendRequest(List.of(Attachment.of(file))).recvResponse();
        try (InputStream in = responses.get(0).open()) {
            assertArrayEquals(bytes, in.readAllBytes());
        }
    }

    @Test
    void aFrameOverALimitOfTheServerFailsAlone() throws Exception {
        serveEcho(options(ServerOptions.builder()
                .limits(FrameLimits.builder().maxPartSize(1 << 20).build())));
        BusClient<Attachment, Attachment> client = client();
        BusException failure = assertThrows(
                BusException.class,
                () -> client.sendRequest(List.of(Attachment.of(random(4 << 20))))
                        .recvResponse());
        assertEquals(Reason.TOO_LARGE, failure.reason(), failure.getMessage());
        assertTrue(failure.getMessage().contains("maxPartSize"), failure.getMessage());
        byte[] small = random(1000);
        assertArrayEquals(
                small,
                client.sendRequest(List.of(Attachment.of(small)))
                        .recvResponse()
                        .get(0)
                        .toByteArray());
    }

    @Test
    void largeFramesSurviveKilledNodes() throws Exception {
        serveEcho(options(ServerOptions.builder()));
        BusClient<Attachment, Attachment> client = client();
        byte[] bytes = random(SIZE);
        for (int i = 0; i < ROUNDS; i++) {
            CompletableFuture<List<Attachment>> response =
                    client.sendRequest(List.of(Attachment.of(bytes))).response().toCompletableFuture();
            NatsNode node = nodes.get(i % nodes.size());
            node.kill();
            node.start();
            byte[] back = response.get(60, TimeUnit.SECONDS).get(0).toByteArray();
            assertTrue(Arrays.equals(bytes, back), "round " + i);
        }
    }
}
