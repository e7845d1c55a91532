package org.slimta.bus.impl.config;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.AttachmentCodec;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** Each row of the table of outcomes in docs/failures.md is what happens. */
@Timeout(60)
class OutcomeTableTest {

    private static final Path PAGE = Path.of("../docs/failures.md");
    private static final Pattern ROW = Pattern.compile("\\| `?(\\w+)`? \\| (.+) \\| `(\\w+)` \\|");
    private static final Pattern ERROR = Pattern.compile("error=\"([^\"]*)\"(?: outcome=\"([^\"]*)\")?");
    private static final Duration SHORT = Duration.ofMillis(100);

    /** One row of the page. */
    private record Row(String reason, String when, Outcome outcome) {}

    /** Makes the failures of a row. */
    private interface Scene {
        List<BusException> play() throws Exception;
    }

    private final Map<String, Scene> scenes = new LinkedHashMap<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StandaloneBusFactory factory =
            new StandaloneBusFactory(new TextCodec(), new AttachmentCodec(), new BlockedCodec());
    private ServerSocket listener;

    OutcomeTableTest() {
        timeouts();
        closings();
        formats();
        codecs();
        limits();
        handlers();
        scenes.put(
                "there was no connection to the server",
                () -> List.of(failureOf(unreachable().sendRequest(List.of("a")))));
    }

    @BeforeEach
    void open() throws Exception {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        end.countDown();
        factory.close();
        listener.close();
        threads.shutdownNow();
    }

    static List<Row> rows() throws IOException {
        String table = Files.readString(PAGE).split("## Was it processed\\?")[1].split("\n## ")[0];
        return table.lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> new Row(row.group(1), row.group(2), Outcome.valueOf(row.group(3))))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatThePageSaysIsTrue(Row row) throws Exception {
        Scene scene = scenes.get(row.when());
        assertTrue(scene != null, "the test has no scene for: " + row.when());
        List<BusException> failures = scene.play();
        assertFalse(failures.isEmpty());
        assertAll(failures.stream().map(failure -> () -> {
            assertEquals(row.outcome(), failure.outcome(), failure.toString());
            if (!row.reason().equals("any")) {
                assertEquals(Reason.valueOf(row.reason()), failure.reason(), failure.toString());
            }
        }));
    }

    @Test
    void thePageHasARowForEachSceneAndEachReason() throws Exception {
        assertEquals(
                List.copyOf(scenes.keySet()).stream().sorted().toList(),
                rows().stream().map(Row::when).sorted().toList());
        assertEquals(
                Stream.of(Reason.values()).map(Enum::name).sorted().toList(),
                rows().stream()
                        .map(Row::reason)
                        .filter(reason -> !reason.equals("any"))
                        .distinct()
                        .sorted()
                        .toList());
    }

    // The ends of buses.

    private LocalBus<String, String> local(LocalOptions.Builder options) {
        return factory.newLocal(options.drainTimeout(Duration.ZERO).build());
    }

    private LocalBus<String, String> local() {
        return local(LocalOptions.builder());
    }

    private static ServerOptions.Builder serverOptions() {
        return ServerOptions.builder().drainTimeout(Duration.ZERO);
    }

    private <Q, R> BusServer<Q, R> server(Class<Q> requests, Class<R> responses, ServerOptions.Builder options)
            throws BusException {
        return factory.newServer("127.0.0.1", 0, requests, responses, options.build());
    }

    private BusServer<String, String> server(ServerOptions.Builder options) throws BusException {
        return server(String.class, String.class, options);
    }

    private <Q, R> BusClient<Q, R> client(
            int port, Class<Q> requests, Class<R> responses, ClientOptions.Builder options) {
        return factory.newClient("127.0.0.1", port, requests, responses, options.build());
    }

    private BusClient<String, String> client(BusServer<?, ?> server, ClientOptions.Builder options) {
        return client(server.address().getPort(), String.class, String.class, options);
    }

    private BusClient<String, String> client(BusServer<?, ?> server) {
        return client(server, ClientOptions.builder());
    }

    /** A client of the test itself, which is the server. */
    private BusClient<String, String> rawClient(ClientOptions.Builder options) {
        return client(listener.getLocalPort(), String.class, String.class, options.poolSize(1));
    }

    private BusClient<String, String> unreachable() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        return client(port, String.class, String.class, ClientOptions.builder());
    }

    /** Proves that the server keeps connections. */
    private RawPeer keptPeer(BusClient<String, String> client) throws Exception {
        ClientTransaction<String> first = client.sendRequest(List.of("first"));
        RawPeer peer = new RawPeer(listener.accept());
        peer.send(RawPeer.responses(RawPeer.tx(peer.receive()), "1"));
        first.recvResponse();
        return peer;
    }

    private static RawPeer rawPeer(BusServer<?, ?> server) throws IOException {
        return new RawPeer(
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort()));
    }

    /** The failure in a frame. */
    private static BusException reported(String frame) {
        Matcher error = ERROR.matcher(frame);
        assertTrue(error.find(), frame);
        Reason reason = Reason.valueOf(error.group(1).toUpperCase(Locale.ROOT).replace('-', '_'));
        return error.group(2) == null
                ? new BusException(reason, frame)
                : new BusException(
                        reason,
                        Outcome.valueOf(error.group(2).toUpperCase(Locale.ROOT).replace('-', '_')),
                        frame,
                        null);
    }

    private static <Q> BusException failure(BusClient<Q, ?> client, Q request) throws Exception {
        return failureOf(client.sendRequest(List.of(request)));
    }

    /** The failure that a client gets of responses. */
    private static <R> BusException answered(BusServer<String, R> server, BusClient<String, ?> client, R response)
            throws Exception {
        ClientTransaction<?> sent = client.sendRequest(List.of("a"));
        ServerTransaction<String, R> received = server.recvRequest();
        try {
            received.sendResponse(List.of(response));
        } catch (BusException e) {
            assertEquals(Outcome.PROCESSED, e.outcome());
        }
        return failureOf(sent);
    }

    // The scenes.

    private void timeouts() {
        scenes.put("`responseTimeout` was over while the requests waited in the client", () -> {
            BusClient<String, String> client = rawClient(ClientOptions.builder()
                    .responseTimeout(Duration.ofSeconds(1))
                    .maxInFlight(100));
            try (RawPeer deaf = keptPeer(client)) {
                List<ClientTransaction<String>> sent = new ArrayList<>();
                for (int i = 0; i < 80; i++) { // More than both ends of a connection hold.
                    sent.add(client.sendRequest(List.of("x".repeat(200_000))));
                }
                assertTrue(RawPeer.tx(deaf.receive()) > 0); // It reads no more.
                BusException first = failureOf(sent.get(0));
                assertEquals(Outcome.UNKNOWN, first.outcome(), first.toString());
                return List.of(failureOf(sent.get(79)));
            }
        });
        scenes.put(
                "`responseTimeout` was over while the requests waited in the queue of a local bus",
                () -> List.of(failure(
                        local(LocalOptions.builder().responseTimeout(SHORT)).client(), "a")));
        scenes.put("`responseTimeout` was over after they were sent, or received on a local bus", () -> {
            LocalBus<String, String> bus = local(LocalOptions.builder().responseTimeout(SHORT));
            ClientTransaction<String> local = bus.client().sendRequest(List.of("a"));
            bus.server().recvRequest();
            BusServer<String, String> server = server(serverOptions());
            return List.of(
                    failureOf(local),
                    failure(client(server, ClientOptions.builder().responseTimeout(SHORT)), "a"));
        });
        scenes.put("`processingTimeout` was over while they waited in the queue of the server", () -> {
            BusServer<String, String> server = server(serverOptions().processingTimeout(SHORT));
            return List.of(failure(client(server), "a"));
        });
        scenes.put("`processingTimeout` was over after they were received", () -> {
            BusServer<String, String> server = server(serverOptions().processingTimeout(SHORT));
            ClientTransaction<String> sent = client(server).sendRequest(List.of("a"));
            server.recvRequest();
            return List.of(failureOf(sent));
        });
        scenes.put("their frame did not arrive within `frameTimeout`", () -> {
            BusServer<String, String> server = server(serverOptions().frameTimeout(SHORT));
            try (RawPeer peer = rawPeer(server)) {
                byte[] whole = RawPeer.frame(RawPeer.requests(7, "x".repeat(100)));
                peer.sendBytes(Arrays.copyOf(whole, whole.length - 1));
                return List.of(reported(peer.receive()));
            }
        });
        scenes.put("the responses arrived, but their codec did not read them in time", () -> {
            BusServer<String, String> server = server(serverOptions());
            server.serve(batch -> CompletableFuture.completedFuture(batch.requests()), 1);
            BusClient<String, StringBuilder> client = client(
                    server.address().getPort(),
                    String.class,
                    StringBuilder.class,
                    ClientOptions.builder().responseTimeout(Duration.ofMillis(500)));
            return List.of(failureOf(client.sendRequest(List.of("a")).response().toCompletableFuture()));
        });
        scenes.put("the time of the client was over before they were received or passed on", () -> {
            BusServer<String, String> server = server(serverOptions().receiveTimeout(Duration.ZERO));
            server.serve(batch -> CompletableFuture.completedFuture(batch.requests()), 1);
            try (RawPeer peer = rawPeer(server)) {
                peer.send("<requests tx=\"1\" ttl=\"0\"><text>a</text></requests>");
                return List.of(reported(peer.receive()), passedOnLate());
            }
        });
    }

    /** The filter passes it on when its time is over. */
    private BusException passedOnLate() throws Exception {
        CompletableFuture<BusException> late = new CompletableFuture<>();
        LocalBus<String, String> from = local(LocalOptions.builder().responseTimeout(SHORT));
        proxy(from.server(), local().client(), (batch, to) -> {
            Container.await("the time is over", () -> batch.timeLeft().isZero());
            late.complete(failureOf(to.sendRequest(batch.requests())));
            return new CompletableFuture<>();
        });
        from.client().sendRequest(List.of("a"));
        return late.get();
    }

    private void closings() {
        scenes.put("the client was closed before they were sent", () -> {
            BusClient<String, String> client = rawClient(ClientOptions.builder());
            client.sendRequest(List.of("first")); // The others wait for its response, or for their turn to connect.
            List<ClientTransaction<String>> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                sent.add(client.sendRequest(List.of("a")));
            }
            client.close();
            return List.of(failureOf(sent.get(19)), failure(client, "b"));
        });
        scenes.put("the client was closed after they were sent", () -> {
            BusClient<String, String> client = rawClient(ClientOptions.builder());
            ClientTransaction<String> sent = client.sendRequest(List.of("first"));
            try (RawPeer peer = new RawPeer(listener.accept())) {
                peer.receive();
                client.close();
                return List.of(failureOf(sent));
            }
        });
        scenes.put("a local bus was closed before they were received", () -> {
            LocalBus<String, String> bus = local();
            ClientTransaction<String> sent = bus.client().sendRequest(List.of("a"));
            bus.server().close();
            return List.of(failureOf(sent), failure(bus.client(), "b"));
        });
        scenes.put("the server was closed, and they were received and not answered within `drainTimeout`", () -> {
            LocalBus<String, String> bus = local();
            BusServer<String, String> server = server(serverOptions());
            ClientTransaction<String> local = bus.client().sendRequest(List.of("a"));
            ClientTransaction<String> sent = client(server).sendRequest(List.of("a"));
            bus.server().recvRequest();
            server.recvRequest();
            bus.server().close();
            server.close();
            return List.of(failureOf(local), failureOf(sent));
        });
        scenes.put("the client cancelled it before they were sent, or received on a local bus", () -> {
            BusClient<String, String> client = rawClient(ClientOptions.builder());
            client.sendRequest(List.of("first"));
            List<ClientTransaction<String>> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                sent.add(client.sendRequest(List.of("a")));
            }
            ClientTransaction<String> local = local().client().sendRequest(List.of("a"));
            local.cancel();
            sent.get(19).cancel();
            return List.of(failureOf(local), failureOf(sent.get(19)));
        });
        scenes.put("the client cancelled it after that", () -> {
            LocalBus<String, String> bus = local();
            BusServer<String, String> server = server(serverOptions());
            ClientTransaction<String> local = bus.client().sendRequest(List.of("a"));
            ClientTransaction<String> sent = client(server).sendRequest(List.of("a"));
            bus.server().recvRequest();
            server.recvRequest();
            local.cancel();
            sent.cancel();
            return List.of(failureOf(local), failureOf(sent));
        });
        scenes.put("the connection broke after they were sent", () -> {
            ClientTransaction<String> sent = rawClient(ClientOptions.builder()).sendRequest(List.of("a"));
            RawPeer peer = new RawPeer(listener.accept());
            peer.receive();
            peer.reset();
            return List.of(failureOf(sent));
        });
    }

    private void formats() {
        scenes.put("the server could not read them", () -> {
            BusServer<String, String> server = server(serverOptions());
            server.serve(batch -> CompletableFuture.completedFuture(batch.requests()), 1);
            try (RawPeer peer = rawPeer(server)) {
                peer.send("<requests tx=\"1\"><text>a</requests>");
                return List.of(reported(peer.receive()));
            }
        });
        scenes.put(
                "the client could not read the items of the responses", () -> List.of(answer("<text>a</responses>")));
        scenes.put("the client got something that is no response", () -> {
            BusClient<String, String> client = rawClient(ClientOptions.builder());
            try (RawPeer peer = keptPeer(client)) {
                ClientTransaction<String> sent = client.sendRequest(List.of("a"));
                peer.receive();
                peer.send("<requests></requests>");
                return List.of(failureOf(sent));
            }
        });
        scenes.put(
                "the handler, or a server that does not check it, answered with a wrong number of responses",
                () -> List.of(
                        answer("<text>1</text><text>2</text></responses>"),
                        handledLocally(batch -> CompletableFuture.completedFuture(List.of())),
                        handledRemotely(batch -> CompletableFuture.completedFuture(List.of("1", "2")))));
    }

    /** The failure after a server has answered with this. */
    private BusException answer(String items) throws Exception {
        BusClient<String, String> client = rawClient(ClientOptions.builder());
        try (RawPeer peer = keptPeer(client)) {
            ClientTransaction<String> sent = client.sendRequest(List.of("a"));
            peer.send("<responses tx=\"" + RawPeer.tx(peer.receive()) + "\">" + items);
            return failureOf(sent);
        }
    }

    private void codecs() {
        scenes.put("the codec for the requests was missing, at either end", () -> {
            BusServer<Integer, String> server =
                    server(Integer.class, String.class, serverOptions().missingCodecTimeout(SHORT));
            server.serve(batch -> CompletableFuture.completedFuture(List.of("a")), 1);
            BusClient<Integer, String> without = client(
                    server.address().getPort(),
                    Integer.class,
                    String.class,
                    ClientOptions.builder().missingCodecTimeout(SHORT));
            return List.of(failure(without, 1), failure(client(server), "a"));
        });
        scenes.put("the codec for the responses was missing, at either end", () -> {
            BusServer<String, Integer> without =
                    server(String.class, Integer.class, serverOptions().missingCodecTimeout(SHORT));
            BusServer<String, String> server = server(serverOptions());
            BusClient<String, Integer> client = client(
                    server.address().getPort(),
                    String.class,
                    Integer.class,
                    ClientOptions.builder().missingCodecTimeout(SHORT));
            return List.of(answered(without, client(without), 1), answered(server, client, "a"));
        });
        scenes.put("a request could not be written, or read by the server", () -> {
            BusServer<String, String> server = server(serverOptions());
            server.serve(batch -> CompletableFuture.completedFuture(batch.requests()), 1);
            return List.of(
                    failure(client(server), TextCodec.UNWRITABLE),
                    failure(client(server), TextCodec.UNREADABLE),
                    failure(client(server), TextCodec.BREAKING));
        });
        scenes.put("a response could not be written by the server, or read", () -> {
            BusServer<String, String> server = server(serverOptions());
            BusServer<String, Attachment> ofFiles = server(String.class, Attachment.class, serverOptions());
            BusClient<String, Attachment> client =
                    client(ofFiles.address().getPort(), String.class, Attachment.class, ClientOptions.builder());
            return List.of(
                    answered(server, client(server), TextCodec.UNWRITABLE),
                    answered(server, client(server), TextCodec.UNREADABLE),
                    answered(server, client(server), TextCodec.BREAKING),
                    answered(ofFiles, client, new Broken(0, 100)));
        });
        scenes.put("an attachment could not be read after a part of its frame was sent", () -> {
            BusServer<Attachment, String> server = server(Attachment.class, String.class, serverOptions());
            BusClient<Attachment, String> client =
                    client(server.address().getPort(), Attachment.class, String.class, ClientOptions.builder());
            return List.of(failure(client, new Broken(4 << 20, 8 << 20)));
        });
    }

    private void limits() {
        FrameLimits small = FrameLimits.builder().maxXmlSize(1000).build();
        String large = "x".repeat(5000);
        scenes.put("the requests exceeded a limit of either end", () -> {
            BusServer<String, String> server = server(serverOptions().limits(small));
            return List.of(
                    failure(client(server, ClientOptions.builder().limits(small)), large),
                    failure(client(server), large));
        });
        scenes.put("the responses exceeded a limit of either end", () -> {
            BusServer<String, String> strict = server(serverOptions().limits(small));
            BusServer<String, String> server = server(serverOptions());
            BusClient<String, String> client =
                    client(server, ClientOptions.builder().limits(small));
            ClientTransaction<String> first = client.sendRequest(List.of("a")); // Its connection is known to be kept.
            server.recvRequest().sendResponse(List.of("b"));
            first.recvResponse();
            return List.of(answered(strict, client(strict), large), answered(server, client, large));
        });
        scenes.put("there was no room for them at either end", () -> {
            BusServer<String, String> server = server(serverOptions().maxConnections(1));
            BusClient<String, String> client =
                    client(server, ClientOptions.builder().maxInFlight(1).sendTimeout(SHORT));
            client.sendRequest(List.of("a"));
            server.recvRequest();
            LocalBus<String, String> bus =
                    local(LocalOptions.builder().queueSize(1).sendTimeout(SHORT));
            bus.client().sendRequest(List.of("a"));
            return List.of(failure(client, "b"), failure(client(server), "c"), failure(bus.client(), "b"));
        });
    }

    private BusException handledLocally(RequestHandler<String, String> handler) throws Exception {
        LocalBus<String, String> bus = local();
        bus.server().serve(handler, 1);
        return failure(bus.client(), "a");
    }

    private BusException handledRemotely(RequestHandler<String, String> handler) throws Exception {
        BusServer<String, String> server = server(serverOptions());
        server.serve(handler, 1);
        return failure(client(server), "a");
    }

    /** The failure after a handler of a configured bus, behind a filter that passes everything on. */
    private static BusException configured(RequestHandler<String, String> handler) throws Exception {
        return filtered(BusFilter.passOn(), handler);
    }

    private static BusException filtered(BusFilter<String, String> filter, RequestHandler<String, String> handler)
            throws Exception {
        Container container = new Container();
        try {
            container.server("in", "minFilters", 0, "missingHandlerTimeout", "100ms");
            if (handler != null) {
                container.handler(handler, "out");
            }
            container.chain("out", "in", "minFilters", filter == null ? 0 : 1, "missingHandlerTimeout", "100ms");
            if (filter != null) {
                container.filter(filter, "out");
            }
            return failure(container.clientOf("in", "responseTimeout", "15s"), "a");
        } finally {
            container.close();
        }
    }

    private void proxy(BusServer<String, String> from, BusClient<String, String> to, BusFilter<String, String> filter) {
        threads.execute(factory.newProxy(from, to, filter));
    }

    private BusException proxied(BusClient<String, String> to, BusFilter<String, String> filter) throws Exception {
        LocalBus<String, String> from = local();
        proxy(from.server(), to, filter);
        return failure(from.client(), "a");
    }

    private void handlers() {
        scenes.put("there was no handler within `missingHandlerTimeout`", () -> List.of(filtered(null, null)));
        RequestHandler<String, String> failing = batch -> {
            throw new IllegalStateException("full moon");
        };
        BusFilter<String, String> failingFilter = (batch, to) -> {
            throw new IllegalStateException("full moon");
        };
        scenes.put(
                "the handler or a filter failed",
                () -> List.of(
                        handledLocally(failing),
                        handledRemotely(failing),
                        configured(failing),
                        proxied(local().client(), failingFilter),
                        filtered(failingFilter, failing)));
        BusFilter<String, String> wrong = (batch, to) -> CompletableFuture.completedFuture(List.of());
        scenes.put(
                "a filter returned a wrong number of responses",
                () -> List.of(proxied(local().client(), wrong), filtered(wrong, failing)));
        BusException own = new BusException(Reason.OVERLOADED, "this is why");
        scenes.put(
                "the handler or a filter failed with a `BusException` of its own, or of a transaction on another bus",
                () -> {
                    BusClient<String, String> other = unreachable();
                    return List.of(
                            handledLocally(batch -> CompletableFuture.failedFuture(own)),
                            handledRemotely(
                                    batch -> other.sendRequest(batch.requests()).response()),
                            configured(
                                    batch -> other.sendRequest(batch.requests()).response()),
                            proxied(local().client(), (batch, to) -> CompletableFuture.failedFuture(own)),
                            proxied(other, (batch, to) -> {
                                to.sendRequest(batch.requests());
                                return to.sendRequest(batch.requests()).response();
                            }),
                            proxied(
                                    local().client(),
                                    (batch, to) ->
                                            other.sendRequest(batch.requests()).response()));
                });
        scenes.put("a filter passed them on once, and passed the failure back: the outcome there", () -> {
            BusClient<String, String> other = unreachable();
            return List.of(
                    proxied(other, BusFilter.passOn()),
                    proxied(other, (batch, to) -> {
                        to.sendRequest(batch.requests()).recvResponse();
                        return null;
                    }),
                    proxied(
                            other,
                            (batch, to) ->
                                    to.sendRequest(List.of("b")).response().thenApply(responses -> List.of("c"))));
        });
        scenes.put(
                "the program that received them called `fail(reason, message)`",
                () -> failedBy(received -> received.fail(Reason.OVERLOADED, "this is why")));
        scenes.put(
                "the program that received them called `fail(reason, outcome, message)`: that outcome",
                () -> failedBy(received -> received.fail(Reason.HANDLER, Outcome.NOT_PROCESSED, "this is why")));
    }

    private interface Program {
        void process(ServerTransaction<String, String> received);
    }

    private List<BusException> failedBy(Program program) throws Exception {
        LocalBus<String, String> bus = local();
        BusServer<String, String> server = server(serverOptions());
        ClientTransaction<String> local = bus.client().sendRequest(List.of("a"));
        ClientTransaction<String> sent = client(server).sendRequest(List.of("a"));
        program.process(bus.server().recvRequest());
        program.process(server.recvRequest());
        return List.of(failureOf(local), failureOf(sent));
    }

    /** An attachment that fails after some of its bytes. */
    private record Broken(int good, long size) implements Attachment {

        @Override
        public InputStream open() {
            return new SequenceInputStream(new ByteArrayInputStream(new byte[good]), new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("full moon");
                }
            });
        }
    }

    /** Reads nothing before the test ends. */
    private final class BlockedCodec implements XmlCodec<StringBuilder> {

        @Override
        public Class<StringBuilder> type() {
            return StringBuilder.class;
        }

        @Override
        public void toXml(StringBuilder value, XmlWriter xml, Attachments attachments) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StringBuilder fromXml(XmlElement element, Attachments attachments) {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new StringBuilder(element.text());
        }
    }
}
