package org.slimta.bus.impl.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.carrier.CarrierEnds.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.impl.RawPeer;
import org.slimta.bus.spi.FrameBytes;
import org.slimta.bus.spi.FrameReceiver;
import org.slimta.bus.spi.OutboundRequest;

/** Threads of a carrier that do different things with the same request, at the same time. */
@Timeout(60)
class CarrierConcurrencyTest {

    private static final int ROUNDS = 300;
    private static final int THREADS = 4;

    private final CarrierEnds ends = new CarrierEnds();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void close() {
        threads.shutdownNow();
        ends.close();
    }

    /** Runs all at the same time, and waits for them. */
    private void together(List<Callable<?>> actions) throws Exception {
        CyclicBarrier start = new CyclicBarrier(actions.size());
        List<Future<?>> all = new ArrayList<>();
        for (Callable<?> action : actions) {
            all.add(threads.submit(() -> {
                start.await(20, TimeUnit.SECONDS);
                return action.call();
            }));
        }
        for (Future<?> each : all) {
            each.get(20, TimeUnit.SECONDS);
        }
    }

    private static Object answer(OutboundRequest request) {
        byte[] frame = FrameDocuments.frame(RawPeer.responses(request.number(), "yes"));
        FrameReceiver receiver = request.response();
        for (int i = 0; i < frame.length; i += 16) {
            if (receiver.receive(ByteBuffer.wrap(frame, i, Math.min(16, frame.length - i)))) {
                break;
            }
        }
        return null;
    }

    private static Object begin(OutboundRequest request) throws IOException {
        FrameBytes frame = request.begin();
        if (frame != null) {
            assertEquals(frame.size(), FrameDocuments.read(frame).length);
        }
        return null;
    }

    private static Object fail(OutboundRequest request) {
        request.fail(Reason.OVERLOADED, "the relay is busy", null);
        return null;
    }

    private static void endedOnce(TestCarrier carrier) {
        assertEquals(carrier.sent().size(), carrier.ended().size());
        assertEquals(new HashSet<>(carrier.sent()), new HashSet<>(carrier.ended()));
    }

    @Test
    void aTransactionEndsOnceWhoeverEndsIt() throws Exception {
        TestCarrier carrier = new TestCarrier();
        CarrierClient<String, String> client = ends.client(carrier, options -> options.maxInFlight(2));
        int answered = 0;
        for (int i = 0; i < ROUNDS; i++) {
            ClientTransaction<String> transaction = client.sendRequest(List.of("a"));
            OutboundRequest request = carrier.last();
            together(List.of(() -> answer(request), () -> answer(request), () -> fail(request), () -> begin(request)));
            try {
                assertEquals(List.of("yes"), transaction.recvResponse());
                answered++;
            } catch (BusException e) {
                assertEquals(Reason.OVERLOADED, e.reason());
            }
        }
        endedOnce(carrier);
        assertEquals(ROUNDS, carrier.sent().size());
        assertEquals(answered, report(client).answered);
        assertEquals(0, report(client).heldBytes);
        client.close();
    }

    @Test
    void allTransactionsEndOnceWhenTheClientClosesWhileTheyAreSent() throws Exception {
        for (int i = 0; i < ROUNDS / 3; i++) {
            TestCarrier carrier = new TestCarrier();
            carrier.onSend(request -> {
                if (request.number() % 3 == 0) {
                    answer(request);
                }
            });
            CarrierClient<String, String> client = ends.client(carrier, options -> options);
            Callable<Object> sending = () -> {
                for (int j = 0; j < 5; j++) {
                    client.sendRequest(List.of("a"));
                }
                return null;
            };
            Callable<Object> closing = () -> {
                client.close();
                return null;
            };
            together(List.of(sending, sending, closing, closing));
            endedOnce(carrier);
            assertEquals(1, carrier.closed());
            assertEquals(0, report(client).heldBytes);
            assertEquals(0, report(client).inFlight);
        }
    }

    @Test
    void eachRequestIsAnsweredOrGivenBackWhenTheServerClosesWhileTheyArrive() throws Exception {
        for (int i = 0; i < ROUNDS / 3; i++) {
            CarrierServer<String, String> server = ends.server(options -> options.queueSize(4));
            List<TestSource> sources = new ArrayList<>();
            List<Callable<?>> actions = new ArrayList<>();
            AtomicInteger number = new AtomicInteger();
            for (int j = 0; j < THREADS - 2; j++) {
                TestSource[] mine = {new TestSource(), new TestSource(), new TestSource()};
                sources.addAll(List.of(mine));
                actions.add(() -> {
                    for (TestSource each : mine) {
                        byte[] frame = FrameDocuments.frame(RawPeer.requests(number.incrementAndGet(), "a"));
                        FrameReceiver receiver = server.newRequest(each);
                        receiver.receive(ByteBuffer.wrap(frame, 0, 20));
                        receiver.receive(ByteBuffer.wrap(frame, 20, frame.length - 20));
                    }
                    return null;
                });
            }
            actions.add(() -> {
                try {
                    while (true) {
                        server.recvRequest(Duration.ofSeconds(20)).sendResponse(List.of("yes"));
                    }
                } catch (BusException e) {
                    assertEquals(Reason.CLOSED, e.reason());
                }
                return null;
            });
            actions.add(() -> {
                server.close();
                return null;
            });
            together(actions);
            for (TestSource each : sources) {
                assertEquals(
                        1, each.returned() + each.replies().size(), each.replies() + ", returned " + each.returned());
            }
            assertEquals(0, report(server).heldBytes);
            assertEquals(0, report(server).inFlight);
        }
    }

    @Test
    void aFrameEndsOnceWhetherItsRestArrivesOrItIsClosedOrItsTimeIsOver() throws Exception {
        CarrierServer<String, String> server =
                ends.server(options -> options.queueSize(ROUNDS).frameTimeout(Duration.ofSeconds(1)));
        int received = 0;
        for (int i = 1; i <= ROUNDS; i++) {
            byte[] frame = FrameDocuments.frame(RawPeer.requests(i, "a"));
            TestSource source = new TestSource();
            FrameReceiver receiver = server.newRequest(source);
            receiver.receive(ByteBuffer.wrap(frame, 0, frame.length - 1));
            together(List.of(
                    () -> receiver.receive(ByteBuffer.wrap(frame, frame.length - 1, 1)),
                    () -> {
                        receiver.close();
                        return null;
                    },
                    () -> {
                        ends.pass(Duration.ofSeconds(2));
                        return null;
                    }));
            int waiting = report(server).queued - received;
            received += waiting;
            assertTrue(source.replies().size() + waiting <= 1, source.replies() + ", received " + waiting);
        }
        server.close();
        assertEquals(0, report(server).heldBytes);
    }
}
