package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.runtime.TargetDTO;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.codecs.CodecRegistry;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.ManualTimer;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.factory.Hosts;
import org.slimta.bus.impl.transport.FakeConnection;
import org.slimta.bus.impl.transport.FakeTransport;

/** A client whose connections have no sockets and whose time a test moves; and what the test does as its server. */
final class ClientOverFakes implements AutoCloseable {

    /** The name of a server with two addresses. */
    static final String NAME = "relay.example";

    private static final PayloadType<String> TEXT = PayloadType.of(String.class);
    private static final String LARGE = "a".repeat(300_000);
    private static final int ROUNDS = 3;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

    private final ManualTimer timer = new ManualTimer();
    private final Threads threads = new Threads(timer);
    private final FakeTransport transport = new FakeTransport(timer::now);
    private volatile int[] addresses = {1, 2};
    private volatile CountDownLatch lookups = new CountDownLatch(0);
    private final Network network = new Network(threads, transport, this::resolve);
    private final SocketClient<String, String> client;

    ClientOverFakes(UnaryOperator<ClientOptions.Builder> change) {
        this("127.0.0.1", change);
    }

    ClientOverFakes(String host, UnaryOperator<ClientOptions.Builder> change) {
        client = new SocketClient<>(host, 4025, TEXT, options(change), codecs(), network, threads);
    }

    /** A client with a list of hosts. */
    ClientOverFakes(List<String> hosts, UnaryOperator<ClientOptions.Builder> change) {
        client = new SocketClient<>(Hosts.parse(hosts, 0), TEXT, options(change), codecs(), network, threads);
    }

    private static CodecRegistry codecs() {
        CodecRegistry codecs = new CodecRegistry();
        codecs.add(new CodecRegistry.Rank(0, 0), null, new TextCodec());
        return codecs;
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        try {
            lookups.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        List<InetAddress> all = new ArrayList<>();
        for (int last : addresses) {
            all.add(InetAddress.getByAddress(host, new byte[] {10, 0, 0, (byte) last}));
        }
        return all;
    }

    /** The name service does not answer before the client is closed. */
    void hangLookups() {
        lookups = new CountDownLatch(1);
    }

    /** The name of the server has these addresses from now on, each 10.0.0 and one of these numbers. */
    void setAddresses(int... lastParts) {
        addresses = lastParts;
    }

    /** Changes the hosts. */
    void setHosts(String... hosts) {
        client.setHosts(Hosts.parse(List.of(hosts), 0));
    }

    TargetDTO[] targets() {
        return client.targets();
    }

    /** The states of the servers, in their order. */
    List<String> states() {
        return Arrays.stream(targets()).map(target -> target.state).toList();
    }

    private static ClientOptions options(UnaryOperator<ClientOptions.Builder> change) {
        return change.apply(ClientOptions.builder().poolSize(1).pingInterval(Duration.ofMinutes(5)))
                .build();
    }

    /** Changes the options. */
    void change(UnaryOperator<ClientOptions.Builder> change) throws BusException {
        client.reconfigure(options(change));
    }

    ClientTransaction<String> send(String text) throws Exception {
        return client.sendRequest(List.of(text));
    }

    /** Sends as many transactions. */
    List<ClientTransaction<String>> send(int count) throws Exception {
        List<ClientTransaction<String>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(send("text " + i));
        }
        return all;
    }

    /** Sends a transaction that is too large to share a connection. */
    ClientTransaction<String> sendLarge() throws Exception {
        return send(LARGE);
    }

    /** How many connections there are, those that are being opened counted. */
    int connections() {
        return client.peerCount();
    }

    /** Lets time pass, in steps that are shorter than the pauses between checks. */
    void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 250) {
            passMillis(Math.min(left, 250));
        }
    }

    /** Lets time pass at once, after what was to be done before, and until what is to be done then is done. */
    void passMillis(long millis) {
        settle();
        timer.advance(Duration.ofMillis(millis));
        settle();
    }

    /** Waits for the thread that begins to connect, which passes on what it does to itself again. */
    private void settle() {
        for (int i = 0; i < ROUNDS; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            network.connecting().execute(() -> done.complete(null));
            done.orTimeout(PATIENCE_NANOS, TimeUnit.NANOSECONDS).join();
        }
    }

    long now() {
        return timer.now();
    }

    /** The next connection that is being opened, which is waited for. */
    FakeTransport.Dialed dialed() throws InterruptedException {
        return transport.nextDialed();
    }

    boolean isDialed() {
        return transport.isDialed();
    }

    /** The next connection that is being opened is there. */
    FakeConnection connected() throws InterruptedException {
        return dialed().connect();
    }

    /** The server refuses the next connection that is being opened. */
    FakeConnection refused() throws InterruptedException {
        FakeTransport.Dialed dialed = dialed();
        refuse(dialed);
        return dialed.connection();
    }

    static void refuse(FakeTransport.Dialed dialed) {
        dialed.connection().execute(() -> dialed.outcome().onNotConnected(new ConnectException("Connection refused")));
    }

    /** What was sent over a connection, once it is as much as that. */
    static List<String> sent(FakeConnection server, int count) {
        List<String> all = new ArrayList<>(server.takeSent());
        await(count + " frames are sent", () -> {
            all.addAll(server.takeSent());
            return all.size() >= count;
        });
        assertEquals(count, all.size(), all.toString());
        return all;
    }

    /** The number of the one transaction that was sent. */
    static long one(FakeConnection server) {
        return RawPeer.tx(sent(server, 1).get(0));
    }

    /** The server responds to as many transactions, in order. */
    static void answer(FakeConnection server, int count) {
        for (String each : sent(server, count)) {
            server.arrive(RawPeer.responses(RawPeer.tx(each), "yes"));
        }
    }

    static void isAnswered(ClientTransaction<String> transaction) throws Exception {
        assertEquals(List.of("yes"), transaction.recvResponse());
    }

    static void areAnswered(List<ClientTransaction<String>> transactions) throws Exception {
        for (ClientTransaction<String> each : transactions) {
            isAnswered(each);
        }
    }

    static void failed(ClientTransaction<String> transaction, Reason reason, String... words) {
        BusException failure = assertThrows(BusException.class, transaction::recvResponse);
        assertEquals(reason, failure.reason(), failure.getMessage());
        for (String word : words) {
            assertTrue(failure.getMessage().contains(word), failure.getMessage());
        }
    }

    /** A connection that the server keeps, with nothing on it. */
    FakeConnection kept() throws Exception {
        ClientTransaction<String> first = send("first");
        FakeConnection server = connected();
        answer(server, 1);
        isAnswered(first);
        return server;
    }

    /** A free connection for large transactions. */
    FakeConnection keptForLarge() throws Exception {
        ClientTransaction<String> first = sendLarge();
        FakeConnection server = connected();
        answer(server, 1);
        isAnswered(first);
        return server;
    }

    static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "not in time: " + what);
            Thread.yield();
        }
    }

    void closeClient() {
        client.close();
    }

    @Override
    public void close() {
        client.close();
        lookups.countDown();
        pass(Duration.ofSeconds(6)); // Connections that nobody wants, and that nobody has opened, are given up.
        network.close();
        threads.close();
    }
}
