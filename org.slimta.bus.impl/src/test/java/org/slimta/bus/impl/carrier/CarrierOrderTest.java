package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.OutboundRequest;

/** A carrier is told of a request's end after it was given that request, and is closed after everything else. */
@Timeout(60)
class CarrierOrderTest {

    private final CarrierEnds ends = new CarrierEnds();
    private final TestCarrier carrier = new TestCarrier();
    private final CarrierClient<String, String> client = ends.client(carrier, options -> options);

    @AfterEach
    void close() {
        client.close();
        ends.close();
    }

    @Test
    void theEndIsToldWhenSendHasReturned() throws Exception {
        AtomicInteger toldMeanwhile = new AtomicInteger();
        carrier.onSend(request -> {
            request.fail(Reason.CONNECT, "nobody is there", null);
            toldMeanwhile.set(carrier.ended().size());
        });
        client.sendRequest(List.of("a"));
        assertEquals(0, toldMeanwhile.get());
        assertEquals(carrier.sent(), carrier.ended());
    }

    @Test
    void theCarrierIsClosedWhenSendHasReturned() throws Exception {
        AtomicInteger closedMeanwhile = new AtomicInteger();
        carrier.onSend(request -> {
            client.close();
            closedMeanwhile.set(carrier.closed());
        });
        ClientTransaction<String> transaction = client.sendRequest(List.of("a"));
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, transaction::recvResponse).reason());
        assertEquals(0, closedMeanwhile.get());
        assertEquals(carrier.sent(), carrier.ended());
        assertEquals(1, carrier.closed());
    }

    @Test
    void theCarrierIsClosedWhenAnotherThreadHasLeftIt() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        carrier.onSend(request -> {
            inside.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                client.sendRequest(List.of("a"));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        client.close();
        assertEquals(0, carrier.closed());
        assertEquals(List.of(), carrier.ended());
        leave.countDown();
        sending.get(20, TimeUnit.SECONDS);
        assertEquals(carrier.sent(), carrier.ended());
        assertEquals(1, carrier.closed());
    }

    @Test
    void optionsThatChangeAtTheSameTimeLeaveAsManyPermitsAsTheOptionsSay() throws Exception {
        for (int round = 0; round < 500; round++) {
            CountDownLatch start = new CountDownLatch(1);
            List<CompletableFuture<Void>> changing = new ArrayList<>();
            for (int most : new int[] {3, 7}) {
                changing.add(CompletableFuture.runAsync(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    client.reconfigure(ClientOptions.builder().maxInFlight(most).build());
                }));
            }
            start.countDown();
            CompletableFuture.allOf(changing.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        }
        client.reconfigure(ClientOptions.builder()
                .maxInFlight(5)
                .sendTimeout(Duration.ZERO)
                .build());
        for (int i = 0; i < 6; i++) {
            client.sendRequest(List.of("a"));
        }
        assertEquals(5, carrier.sent().size());
    }

    /** What the compiler does not allow, other languages do. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUnseen(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aCheckedExceptionOfACarrierFailsOneRequest() throws Exception {
        AtomicReference<OutboundRequest> last = new AtomicReference<>();
        Carrier odd = new Carrier() {

            @Override
            public String target() {
                return "test:odd";
            }

            @Override
            public void send(OutboundRequest request) {
                last.set(request);
                CarrierOrderTest.<RuntimeException>throwUnseen(new IOException("the line is cut"));
            }

            @Override
            public int peerCount() {
                CarrierOrderTest.<RuntimeException>throwUnseen(new IOException("the line is cut"));
                return 1;
            }

            @Override
            public void close() {
                CarrierOrderTest.<RuntimeException>throwUnseen(new IOException("the line is cut"));
            }
        };
        CarrierClient<String, String> other = ends.client(odd, options -> options);
        ClientTransaction<String> transaction = other.sendRequest(List.of("a"));
        BusException failure = assertThrows(BusException.class, transaction::recvResponse);
        assertEquals(Reason.CLOSED, failure.reason());
        assertTrue(failure.getMessage().contains("the line is cut"), failure.getMessage());
        assertEquals(0, report(other).peers);
        other.close();
        assertTrue(other.isClosed());
    }
}
