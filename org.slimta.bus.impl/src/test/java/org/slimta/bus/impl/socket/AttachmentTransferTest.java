package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;

/** Attachments arrive whole, or fail their transaction. */
@Timeout(60)
class AttachmentTransferTest {

    @RegisterExtension
    final SocketBuses buses = new SocketBuses();

    @Test
    void largeAttachmentsArriveWhole(@TempDir Path folder) throws Exception {
        byte[] bytes = new byte[20 << 20];
        new Random(42).nextBytes(bytes);
        Path file = Files.write(folder.resolve("large"), bytes);
        BusServer<Attachment, Attachment> server =
                buses.factory().newServer("127.0.0.1", 0, Attachment.class, Attachment.class);
        BusClient<Attachment, Attachment> client =
                buses.factory().newClient("127.0.0.1", server.address().getPort(), Attachment.class, Attachment.class);
        for (Attachment attachment : List.of(Attachment.of(bytes), Attachment.of(file))) {
            ClientTransaction<Attachment> sent = client.sendRequest(List.of(attachment));
            ServerTransaction<Attachment, Attachment> received = server.recvRequest();
            received.sendResponse(received.requests());
            assertArrayEquals(bytes, sent.recvResponse().get(0).toByteArray());
        }
    }

    @Test
    void anAttachmentThatIsShorterThanItsDeclaredSizeFailsItsTransaction(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("shrinking"), new byte[1 << 20]);
        Attachment attachment = Attachment.of(file);
        Files.write(file, new byte[1000]);
        BusServer<Attachment, Attachment> server =
                buses.factory().newServer("127.0.0.1", 0, Attachment.class, Attachment.class);
        BusClient<Attachment, Attachment> client =
                buses.factory().newClient("127.0.0.1", server.address().getPort(), Attachment.class, Attachment.class);
        BusException failure = failureOf(client.sendRequest(List.of(attachment)));
        assertEquals(Reason.CODEC, failure.reason());
    }

    @Test
    void anAttachmentThatMisbehavesCostsOnlyItsTransaction() throws Exception {
        BusServer<Attachment, Attachment> server =
                buses.factory().newServer("127.0.0.1", 0, Attachment.class, Attachment.class);
        BusClient<Attachment, Attachment> client =
                buses.factory().newClient("127.0.0.1", server.address().getPort(), Attachment.class, Attachment.class);
        for (Attachment bad : List.of(
                new StrangeAttachment(100, 50, true),
                new StrangeAttachment(100, 5_000_000, true),
                new StrangeAttachment(100, 50, false),
                new StrangeAttachment(100, 150, false),
                new StrangeAttachment(-1, 0, false),
                new StrangeAttachment(100, -1, false))) {
            assertEquals(
                    Reason.CODEC, failureOf(client.sendRequest(List.of(bad))).reason(), bad.toString());
        }
        ClientTransaction<Attachment> sent = client.sendRequest(List.of(Attachment.of(new byte[5])));
        ServerTransaction<Attachment, Attachment> received = server.recvRequest(Duration.ofSeconds(20));
        BusException refused = assertThrows(
                BusException.class, () -> received.sendResponse(List.of(new StrangeAttachment(100, 5_000_000, true))));
        assertEquals(Reason.CODEC, refused.reason());
        assertEquals(Reason.CODEC, failureOf(sent).reason());
    }

    /** Says one size and has another; throws unchecked exceptions where the one or the other is negative. */
    private record StrangeAttachment(long saidSize, int realSize, boolean inMemory) implements Attachment {

        @Override
        public long size() {
            if (saidSize < 0) {
                throw new IllegalStateException("no size");
            }
            return saidSize;
        }

        @Override
        public InputStream open() {
            if (realSize < 0) {
                throw new UncheckedIOException(new IOException("no bytes"));
            }
            return new ByteArrayInputStream(new byte[realSize]);
        }

        @Override
        public List<ByteBuffer> buffers() {
            return inMemory ? List.of(ByteBuffer.allocate(realSize)) : null;
        }
    }

    @Test
    void limitsHoldForFramesThatAreSentAndThatArrive() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxPartSize(1000).build();
        BusServer<Attachment, String> server = buses.factory()
                .newServer(
                        "127.0.0.1",
                        0,
                        Attachment.class,
                        String.class,
                        ServerOptions.builder().limits(limits).build());
        int port = server.address().getPort();
        BusClient<Attachment, String> modest = buses.factory()
                .newClient(
                        "127.0.0.1",
                        port,
                        Attachment.class,
                        String.class,
                        ClientOptions.builder().limits(limits).build());
        BusException own = failureOf(modest.sendRequest(List.of(Attachment.of(new byte[1001]))));
        assertEquals(Reason.TOO_LARGE, own.reason());
        assertTrue(
                own.getMessage().endsWith("part 2 has 1001 bytes, over the limit maxPartSize of 1000"),
                own.getMessage());
        BusClient<Attachment, String> bold =
                buses.factory().newClient("127.0.0.1", port, Attachment.class, String.class);
        BusException peers = failureOf(bold.sendRequest(List.of(Attachment.of(new byte[1001]))));
        assertEquals(Reason.TOO_LARGE, peers.reason());
        assertTrue(
                peers.getMessage().endsWith("part 2 has 1001 bytes, over the limit maxPartSize of 1000"),
                peers.getMessage());
    }
}
