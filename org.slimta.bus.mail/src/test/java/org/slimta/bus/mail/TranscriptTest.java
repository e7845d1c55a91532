package org.slimta.bus.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FramePieces;
import org.slimta.bus.impl.wire.RootAttributes;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Recordings of real slimta nodes are read and written again byte for byte. */
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
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
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
        byte[] sent = replayToClient(name, requestType(name), responseType(name), 0);
        assertArrayEquals(recording(name + ".request"), sent);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void theOffersToKeepTheConnectionAndToAskAreAttributesOfTheRootAlone(String name) throws Exception {
        byte[] sent = replayToClient(name, requestType(name), responseType(name), 2);
        byte[] recorded = recording(name + ".request");
        int xmlSize = ByteBuffer.wrap(sent).getInt(2);
        String xml = new String(sent, 6, xmlSize, UTF_8);
        Matcher offer = Pattern.compile(
                        "^<requests( tx=\"[1-9]\\d*\" ttl=\"\\d+\" can=\"ask\" client=\"[A-Za-z0-9_-]{22}\")>")
                .matcher(xml);
        assertTrue(offer.find(), xml);
        ByteArrayOutputStream withoutOffer = new ByteArrayOutputStream();
        withoutOffer.write(sent, 0, 2);
        withoutOffer.write(
                ByteBuffer.allocate(4).putInt(xmlSize - offer.group(1).length()).array());
        withoutOffer.write(sent, 6, offer.start(1));
        withoutOffer.write(sent, 6 + offer.end(1), sent.length - 6 - offer.end(1));
        assertArrayEquals(recorded, withoutOffer.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void headersAreAttributesOfTheRootAlone(String name) throws Exception {
        Headers headers =
                Headers.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a", "<");
        byte[] plain = recording(name + ".request");
        byte[] sent = replayToClient(name, requestType(name), responseType(name), 0, headers);
        String attributes = " h-traceparent=\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\" h-a=\"&lt;\"";
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write(plain, 0, 2);
        expected.write(ByteBuffer.allocate(4)
                .putInt(ByteBuffer.wrap(plain).getInt(2) + attributes.length())
                .array());
        int at = 6 + "<requests".length();
        expected.write(plain, 6, at - 6);
        expected.write(attributes.getBytes(UTF_8));
        expected.write(plain, at, plain.length - at);
        assertArrayEquals(expected.toByteArray(), sent);
    }

    private <Q, R> byte[] replayToClient(String name, Class<Q> requestType, Class<R> responseType, int poolSize)
            throws Exception {
        return replayToClient(name, requestType, responseType, poolSize, Headers.none());
    }

    /**
     * Makes a client send a recorded request to a server that behaves like a Lua server; returns what that server read.
     */
    private <Q, R> byte[] replayToClient(
            String name, Class<Q> requestType, Class<R> responseType, int poolSize, Headers headers) throws Exception {
        byte[] recordedRequest = recording(name + ".request");
        byte[] recordedResponse = recording(name + ".response");
        try (ServerSocket luaServer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BusClient<Q, R> client = factory.newClient(
                    "127.0.0.1",
                    luaServer.getLocalPort(),
                    requestType,
                    responseType,
                    ClientOptions.builder().poolSize(poolSize).build());
            CompletableFuture<byte[]> received =
                    CompletableFuture.supplyAsync(() -> answerAsLuaServer(luaServer, recordedResponse));
            ClientTransaction<R> transaction =
                    client.sendRequest(decode(Envelope.REQUESTS, recordedRequest, requestType), headers);
            List<R> responses = transaction.recvResponse();
            assertEquals(Headers.none(), transaction.headers());
            assertArrayEquals(recordedResponse, encode(Envelope.RESPONSES, responses));
            return received.get(10, TimeUnit.SECONDS);
        }
    }

    /** Reads a frame, responds, shuts down its output, and reads until the client closes. */
    private static byte[] answerAsLuaServer(ServerSocket listener, byte[] response) {
        try (Socket socket = listener.accept()) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] count = in.readNBytes(2);
            received.write(count);
            for (int part = 0; part < ByteBuffer.wrap(count).getShort(); part++) {
                byte[] size = in.readNBytes(4);
                received.write(size);
                received.write(in.readNBytes(ByteBuffer.wrap(size).getInt()));
            }
            socket.getOutputStream().write(response);
            socket.shutdownOutput();
            in.transferTo(received);
            return received.toByteArray();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "unicode", "destination"})
    void recordingsHoldWhatTheyAreSaidToHold(String name) throws Exception {
        Message message = decode(Envelope.REQUESTS, recording(name + ".request"), Message.class)
                .get(0);
        assertEquals("ESMTP", message.client().protocol());
        switch (name) {
            case "unicode" -> {
                assertEquals("mäil.example.com", message.client().ehlo());
                assertEquals(
                        List.of("用户@例え.jp", "bob@example.net"),
                        message.envelope().recipients());
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

    @Test
    void aNodeMaySayThatItsXmlIsLatin1() throws Exception {
        byte[] xml = "<?xml version='1.0' encoding='ISO-8859-1'?><responses><reply code='250'>Köln</reply></responses>"
                .getBytes(ISO_8859_1);
        ByteBuffer frame = ByteBuffer.allocate(6 + xml.length)
                .putShort((short) 1)
                .putInt(xml.length)
                .put(xml);
        assertEquals(List.of(new Reply(250, "Köln")), decode(Envelope.RESPONSES, frame.array(), Reply.class));
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
        CODECS.forEach(codec -> registry.add(new CodecRegistry.Rank(0, CODECS.indexOf(codec)), null, codec));
        return new ObjectCoder(registry, Duration.ZERO, FrameLimits.defaults(), THREADS);
    }

    private static <T> List<T> decode(Envelope envelope, byte[] bytes, Class<T> type) throws Exception {
        Frame frame = new FrameDecoder(FrameLimits.defaults()).decode(ByteBuffer.wrap(bytes));
        return coder().decoder(PayloadType.of(type)).get().decode(envelope, frame, null);
    }

    private static byte[] encode(Envelope envelope, List<?> values) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FrameEncoder encoder =
                new FrameEncoder(coder().encode(envelope, Headers.none(), values, null), FrameLimits.defaults());
        try (FramePieces pieces = encoder.pieces(RootAttributes.NONE)) {
            for (ByteBuffer piece = pieces.next(); piece != null; piece = pieces.next()) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.write(copy);
            }
        }
        return bytes.toByteArray();
    }
}
