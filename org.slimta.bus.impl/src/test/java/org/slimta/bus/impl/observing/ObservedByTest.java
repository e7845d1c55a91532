package org.slimta.bus.impl.observing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.TransactionEnd;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionStart.Role;

/** In which order one observer gets the events of one transaction. */
@Timeout(60)
class ObservedByTest {

    private static final End END = new End(null, 1, "server");

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<String> events = new ArrayList<>();

    private ObservedBy begin(TransactionObservation observation) {
        Registered observer = new Registered("key", start -> observation, bus -> true, "observer", tasks::add);
        return ObservedBy.begin(
                observer, new Start(Role.CLIENT, "bus", "client", null, "server", 1, Headers.none(), 0, null));
    }

    private final class Listening implements TransactionObservation {

        @Override
        public void sent() {
            events.add("sent");
        }

        @Override
        public void ended(TransactionEnd end) {
            events.add("ended");
        }
    }

    private void deliver() {
        Runnable next;
        while ((next = tasks.poll()) != null) {
            next.run();
        }
    }

    @Test
    void whatHasHappenedBeforeADeliveryIsDeliveredInOrder() {
        ObservedBy by = begin(new Listening());
        by.sent();
        by.ended(END);
        deliver();
        assertEquals(List.of("sent", "ended"), events);
    }

    @Test
    void eachEventIsDeliveredOnce() {
        ObservedBy by = begin(new Listening());
        by.sent();
        deliver();
        by.sent(); // It was sent again, to another server.
        by.ended(END);
        deliver();
        assertEquals(List.of("sent", "ended"), events);
    }

    /** Its time may be over at the moment when it leaves. */
    @Test
    void theEndIsTheLastEvent() {
        ObservedBy by = begin(new Listening());
        by.ended(END);
        deliver();
        by.sent();
        deliver();
        assertEquals(List.of("ended"), events);
    }

    @Test
    void aClassThatDoesNothingWhenItIsSentIsNotWoken() {
        ObservedBy by = begin(new TransactionObservation() {
            @Override
            public void ended(TransactionEnd end) {
                events.add("ended");
            }
        });
        by.sent();
        assertEquals(0, tasks.size());
        by.ended(END);
        deliver();
        assertEquals(List.of("ended"), events);
    }

    @Test
    void whoeverThrowsGetsNoMoreEvents() {
        ObservedBy by = begin(new TransactionObservation() {
            @Override
            public void sent() {
                events.add("sent");
                throw new AssertionError("on purpose");
            }

            @Override
            public void ended(TransactionEnd end) {
                events.add("ended");
            }
        });
        by.sent();
        by.ended(END);
        deliver();
        assertEquals(List.of("sent"), events);
    }
}
