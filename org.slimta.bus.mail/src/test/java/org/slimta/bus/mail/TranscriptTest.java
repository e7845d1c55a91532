package org.slimta.bus.mail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.factory.StandaloneBusFactory;
import org.slimta.bus.impl.transaction.Threads;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.FrameEncoder;

/** What real slimta nodes sent is read and written to the byte. */
@Timeout(30)
class TranscriptTest {

    private static final List<XmlCodec<?>> CODECS =
            List.of(new MessageCodec(), new ReplyCodec(), new Generic.RequestCodec(), new Generic.ResponseCodec());

    private static final Threads THREADS = new Threads();

    private StandaloneBusFactory factory;

    static List<String> recordings() {
        return List.of(
                "single",
                "batch5",
                "zero_attachment",
                "binary64k",
                "destination",
                "response_data",
                "generic",
                "empty_array",
                "unicode",
                "null_sender");
    }

    @BeforeEach
    void open() {
        factory = new StandaloneBusFactory(CODECS);
    }

    @AfterEach
    void close() {
        factory.close();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void whatIsReadIsWrittenTheSame(String name) throws Exception {
        byte[] request = recording(name + ".request");
        assertArrayEquals(request, encode(Envelope.REQUESTS, decode(Envelope.REQUESTS, request, requestType(name))));
        byte[] response = recording(name + ".response");
        assertArrayEquals(
                response, encode(Envelope.RESPONSES, decode(Envelope.RESPONSES, response, responseType(name))));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void theServerAnswersARecordedRequestWithTheRecordedResponse(String name) throws Exception {
        replayToServer(name, requestType(name), responseType(name));
    }

    private <Q, R> void replayToServer(String name, Class<Q> requestType, Class<R> responseType) throws Exception {
        byte[] recordedRequest = recording(name + ".request");
        byte[] recordedResponse = recording(name + ".response");
        BusServer<Q, R> server = factory.newServer("127.0.0.1", 0, requestType, responseType);
        try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            // A Lua client writes the frame in two or more pieces.
            out.write(recordedRequest, 0, 7);
            out.flush();
            out.write(recordedRequest, 7, recordedRequest.length - 7);
            var transaction = server.recvRequest();
            assertArrayEquals(recordedRequest, encode(Envelope.REQUESTS, transaction.requests()));
            transaction.sendResponse(decode(Envelope.RESPONSES, recordedResponse, responseType));
            assertArrayEquals(recordedResponse, socket.getInputStream().readAllBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void theClientSendsTheRecordedRequestAndUnderstandsTheRecordedResponse(String name) throws Exception {
        replayToClient(name, requestType(name), responseType(name));
    }

    private <Q, R> void replayToClient(String name, Class<Q> requestType, Class<R> responseType) throws Exception {
        byte[] recordedRequest = recording(name + ".request");
        byte[] recordedResponse = recording(name + ".response");
        try (ServerSocket luaServer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BusClient<Q, R> client =
                    factory.newClient("127.0.0.1", luaServer.getLocalPort(), requestType, responseType);
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(
                    () -> answerAsLuaServer(luaServer, recordedRequest.length, recordedResponse));
            ClientTransaction<R> transaction =
                    client.sendRequest(decode(Envelope.REQUESTS, recordedRequest, requestType));
            List<R> responses = transaction.recvResponse();
            assertArrayEquals(recordedResponse, encode(Envelope.RESPONSES, responses));
            assertArrayEquals(recordedRequest, received.get(10, TimeUnit.SECONDS));
        }
    }

    /** Reads the frame and whatever follows it until the client closes, which it does after the response. */
    private static byte[] answerAsLuaServer(ServerSocket listener, int frameSize, byte[] response) {
        try (Socket socket = listener.accept()) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            received.write(socket.getInputStream().readNBytes(frameSize));
            socket.getOutputStream().write(response);
            socket.shutdownOutput();
            socket.getInputStream().transferTo(received);
            return received.toByteArray();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "unicode", "destination"})
    void recordingsHoldWhatTheyAreSaidToHold(String name) throws Exception {
        Message message = decode(Envelope.REQUESTS, recording(name + ".request"), Message.class).get(0);
        assertEquals("ESMTP", message.client().protocol());
        switch (name) {
            case "unicode" -> {
                assertEquals("mäil.example.com", message.client().ehlo());
                assertEquals(List.of("用户@例え.jp", "bob@example.net"), message.envelope().recipients());
                assertEquals("Grüße aus Köln — 日本語 ✓ 😀", message.contents().header("subject"));
            }
            case "destination" -> {
                assertEquals("0123-abcd", message.id());
                assertEquals(1367843696L, message.timestamp().getEpochSecond());
                assertEquals(5, message.attempts());
                assertEquals(
                        new org.slimta.bus.mail.Envelope.Destination("4.3.2.1", "SMTP", 2500),
                        message.envelope().destination());
            }
            default -> assertEquals(1024, message.contents().size());
        }
    }

    private static Class<?> requestType(String name) {
        return name.equals("generic") ? Generic.Request.class : Message.class;
    }

    private static Class<?> responseType(String name) {
        return name.equals("generic") ? Generic.Response.class : Reply.class;
    }

    private static byte[] recording(String name) throws Exception {
        try (InputStream in = TranscriptTest.class.getResourceAsStream("/transcripts/" + name + ".bin")) {
            return in.readAllBytes();
        }
    }

    private static ObjectCoder coder() {
        CodecRegistry registry = new CodecRegistry();
        CODECS.forEach(codec -> registry.add(new CodecRegistry.Rank(0, CODECS.indexOf(codec)), codec));
        return new ObjectCoder(registry, Duration.ZERO, FrameLimits.defaults(), THREADS);
    }

    private static <T> List<T> decode(Envelope envelope, byte[] bytes, Class<T> type) throws Exception {
        Frame frame = new FrameDecoder(FrameLimits.defaults()).decode(ByteBuffer.wrap(bytes));
        return coder().decoder(type).get().decode(envelope, frame);
    }

    private static byte[] encode(Envelope envelope, List<?> values) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (FrameEncoder encoder = new FrameEncoder(coder().encode(envelope, values), FrameLimits.defaults())) {
            for (ByteBuffer piece = encoder.next(); piece != null; piece = encoder.next()) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.write(copy);
            }
        }
        return bytes.toByteArray();
    }
}
