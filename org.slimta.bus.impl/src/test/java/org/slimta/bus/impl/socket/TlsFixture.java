package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.PeerIdentity;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.impl.TextCodec;
import org.slimta.bus.impl.fixture.EchoServer;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** A server with TLS and clients of it. */
@Timeout(20)
abstract class TlsFixture {

    static final Path FILES = Path.of("src/test/resources/tls");

    final ExecutorService threads = Executors.newCachedThreadPool();
    final StandaloneBusFactory factory = new StandaloneBusFactory(new TextCodec());
    final List<PeerIdentity> seen = new ArrayList<>();
    BusServer<String, String> server;

    @AfterEach
    void close() {
        factory.close();
        threads.shutdownNow();
    }

    static TlsOptions.Builder own(String name) {
        return TlsOptions.builder().certificate(FILES.resolve(name + ".pem")).privateKey(FILES.resolve(name + ".key"));
    }

    static TlsOptions.Builder trusting(String name) {
        return TlsOptions.builder().trust(FILES.resolve(name + ".pem"));
    }

    void open(TlsOptions.Builder tls) throws BusException {
        open(ServerOptions.builder().tls(tls == null ? null : tls.build()));
    }

    void open(ServerOptions.Builder options) throws BusException {
        server = factory.newServer("127.0.0.1", 0, String.class, String.class, options.build());
        threads.submit(new EchoServer<>(server, transaction -> {
            synchronized (seen) {
                seen.add(transaction.peer().identity());
            }
            transaction.sendResponse(
                    transaction.requests().stream().map("re: "::concat).toList());
        }));
    }

    BusClient<String, String> client(TlsOptions.Builder tls) {
        return client(tls, options -> {});
    }

    BusClient<String, String> client(TlsOptions.Builder tls, Consumer<ClientOptions.Builder> more) {
        ClientOptions.Builder options = ClientOptions.builder().tls(tls == null ? null : tls.build());
        more.accept(options);
        return factory.newClient("localhost", server.address().getPort(), String.class, String.class, options.build());
    }

    static String ask(BusClient<String, String> client, String text) throws Exception {
        return client.sendRequest(List.of(text)).recvResponse().get(0);
    }

    static void assertFails(BusClient<String, String> client, Reason reason, String... messages) {
        long start = System.nanoTime();
        BusException failure = assertThrows(BusException.class, () -> ask(client, "a"));
        assertEquals(reason, failure.reason(), failure.getMessage());
        for (String message : messages) {
            assertTrue(failure.getMessage().contains(message), failure.getMessage());
        }
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5), "it is told at once");
    }
}
