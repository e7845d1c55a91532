package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.TextCodec;

/** A codec that fails, or is missing, costs its own transaction alone. */
@Timeout(60)
class FailingCodecTest {

    @RegisterExtension
    final SocketBuses buses = new SocketBuses();

    @Test
    void aValueThatItsCodecCannotWriteIsNotSent() throws Exception {
        BusServer<String, String> server = buses.server(ServerOptions.defaults());
        BusClient<String, String> client = buses.client(server.address().getPort(), ClientOptions.defaults());
        assertEquals(
                Reason.CODEC,
                failureOf(client.sendRequest(List.of(TextCodec.UNWRITABLE))).reason());
        assertEquals(
                Reason.CODEC, failureOf(client.sendRequest(List.of("\u0001"))).reason());
        ClientTransaction<String> sent = client.sendRequest(List.of("a"));
        ServerTransaction<String, String> received = server.recvRequest();
        BusException refused =
                assertThrows(BusException.class, () -> received.sendResponse(List.of(TextCodec.UNWRITABLE)));
        assertEquals(Reason.CODEC, refused.reason());
        assertEquals(Reason.CODEC, failureOf(sent).reason());
    }

    @Test
    void anErrorInACodecCostsOnlyItsTransaction() throws Exception {
        BusServer<String, String> server = buses.server(
                ServerOptions.builder().drainTimeout(Duration.ofSeconds(50)).build());
        BusClient<String, String> client = buses.client(server.address().getPort(), ClientOptions.defaults());
        FutureTask<ServerTransaction<String, String>> receiving = new FutureTask<>(server::recvRequest);
        new Thread(receiving).start();
        assertEquals(
                Reason.CODEC,
                failureOf(client.sendRequest(List.of(TextCodec.BREAKING))).reason());
        ClientTransaction<String> good = client.sendRequest(List.of("good"));
        ServerTransaction<String, String> received = receiving.get(20, TimeUnit.SECONDS);
        assertEquals(List.of("good"), received.requests());
        received.sendResponse(List.of(TextCodec.BREAKING));
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        good.response().whenComplete((none, failure) -> failed.complete(failure));
        assertEquals(Reason.CODEC, ((BusException) failed.get(20, TimeUnit.SECONDS)).reason());
        ClientTransaction<String> other = client.sendRequest(List.of("other"));
        ServerTransaction<String, String> last = server.recvRequest();
        assertEquals(
                Reason.CODEC,
                assertThrows(BusException.class, () -> last.sendResponse(List.of(TextCodec.BREAKING_WRITER)))
                        .reason());
        assertEquals(Reason.CODEC, failureOf(other).reason());
        server.close();
    }

    @Test
    void aMissingCodecDelaysNoOtherTransaction() throws Exception {
        BusServer<String, String> server = buses.server(ServerOptions.defaults());
        int port = server.address().getPort();
        BusClient<String, Integer> waiting = buses.factory()
                .newClient(
                        "127.0.0.1",
                        port,
                        String.class,
                        Integer.class,
                        ClientOptions.builder()
                                .missingCodecTimeout(Duration.ofMinutes(10))
                                .build());
        List<CompletableFuture<?>> stages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stages.add(waiting.sendRequest(List.of("a")).response().toCompletableFuture());
            server.recvRequest().sendResponse(List.of("1"));
        }
        CompletableFuture<List<String>> other = buses.client(port, ClientOptions.defaults())
                .sendRequest(List.of("a"))
                .response()
                .toCompletableFuture();
        server.recvRequest().sendResponse(List.of("b"));
        assertEquals(List.of("b"), other.get(20, TimeUnit.SECONDS));
        waiting.close();
        for (CompletableFuture<?> stage : stages) {
            assertThrows(ExecutionException.class, () -> stage.get(20, TimeUnit.SECONDS));
        }
    }
}
