package org.slimta.bus.impl.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slimta.bus.impl.fixture.Failures.failureOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.fixture.Await;

/** A server that is closed lets the transactions that it has taken be answered, and drops none without a failure. */
public interface ClosingContract extends ContractFixture {

    @Test
    default void closingTheServerLetsTakenTransactionsBeAnswered() throws Exception {
        reopen(BusSettings.PATIENT.withDrainTimeout(Duration.ofSeconds(20)));
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        Thread closing = new Thread(bus().server()::close);
        closing.start();
        Await.parked(closing);
        received.sendResponse(List.of("1"));
        assertEquals(List.of("1"), sent.recvResponse());
        closing.join(10_000);
        assertFalse(closing.isAlive(), "closing ends when all is answered");
    }

    @Test
    default void aRequestThatIsNotAnsweredInTheDrainTimeFails() throws Exception {
        reopen(BusSettings.PATIENT.withDrainTimeout(SHORT));
        ClientTransaction<String> sent = bus().client().sendRequest(List.of("a"));
        ServerTransaction<String, String> received = bus().server().recvRequest();
        bus().server().close();
        assertEquals(Reason.CLOSED, failureOf(sent).reason());
        BusException late = assertThrows(BusException.class, () -> received.sendResponse(List.of("1")));
        assertEquals(Reason.CLOSED, late.reason());
    }

    @Test
    default void aClosedServerAcceptsNoMore() throws Exception {
        bus().server().close();
        bus().server().close();
        Reason reason = failureOf(bus().client().sendRequest(List.of("a"))).reason();
        assertTrue(EnumSet.of(Reason.CLOSED, Reason.CONNECT).contains(reason), reason.name());
        assertEquals(
                Reason.CLOSED,
                assertThrows(BusException.class, bus().server()::recvRequest).reason());
    }

    @Test
    default void everyTransactionEndsThoughTheServerIsClosedUnderLoad() throws Exception {
        reopen(BusSettings.PATIENT.withDrainTimeout(Duration.ofSeconds(20)).withResponseTimeout(Duration.ofSeconds(3)));
        echo(bus().server());
        echo(bus().server());
        AtomicInteger answered = new AtomicInteger();
        CountDownLatch flowing = new CountDownLatch(100);
        List<Future<?>> senders = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String sender = "sender " + t + " ";
            senders.add(threads().submit(() -> {
                for (int i = 0; ; i++) {
                    try {
                        List<String> responses =
                                bus().client().sendRequest(List.of(sender + i)).recvResponse();
                        assertEquals(List.of("re: " + sender + i), responses);
                        answered.incrementAndGet();
                        flowing.countDown();
                    } catch (BusException e) {
                        // Some wait for the server to come back until their time is over.
                        assertTrue(
                                EnumSet.of(Reason.CLOSED, Reason.CONNECT, Reason.TIMEOUT)
                                        .contains(e.reason()),
                                e.toString());
                        return null;
                    }
                }
            }));
        }
        assertTrue(flowing.await(20, TimeUnit.SECONDS));
        bus().server().close();
        for (Future<?> sender : senders) {
            sender.get(20, TimeUnit.SECONDS);
        }
        assertTrue(answered.get() >= 100);
    }
}
