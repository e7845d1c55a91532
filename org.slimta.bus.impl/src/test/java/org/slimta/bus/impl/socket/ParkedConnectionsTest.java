package org.slimta.bus.impl.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.impl.transaction.Arrival;
import org.slimta.bus.impl.transaction.CodecPair;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.Inbox.Offer;

/** The order in which connections that found no room offer their requests again. */
class ParkedConnectionsTest {

    private final Inbox<String, String> inbox = new Inbox<>(1, new Failures(() -> "test"), new Inbox.Watcher() {});
    private final ParkedConnections<String, String> parked = new ParkedConnections<>(inbox);
    private final List<String> order = new ArrayList<>();

    /** A request that waits for as long as the test does. */
    private static final class Request extends Arrival<String, String> {

        @Override
        public ServerTransaction<String, String> open(CodecPair codecs) {
            return null;
        }

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public long arrived() {
            return 0;
        }

        @Override
        public Peer peer() {
            return null;
        }

        @Override
        public void fail(BusException failure) {}

        @Override
        public void refuse(BusException failure) {}

        @Override
        public void abandon(BusException failure) {}
    }

    /** A parked connection that records its turn. */
    private ParkedConnections.Parked named(String name) {
        return () -> {
            order.add(name);
            return true;
        };
    }

    @Test
    void aConnectionThatIsReadComesAfterThoseThatAreParked() {
        assertEquals(Offer.TAKEN, parked.offer(new Request()));
        List<Offer> meanwhile = new ArrayList<>();
        parked.park(() -> {
            order.add("first");
            meanwhile.add(parked.offer(new Request())); // There is room, but the second connection comes before.
            return true;
        });
        parked.park(named("second"));
        assertEquals(List.of(), order);
        inbox.setCapacity(5);
        parked.onRoom();
        assertEquals(List.of("first", "second"), order);
        assertEquals(List.of(Offer.FULL), meanwhile);
        assertEquals(Offer.TAKEN, parked.offer(new Request()));
    }

    @Test
    void aConnectionThatFindsNoRoomAfterAllStaysTheFirst() {
        parked.offer(new Request());
        parked.park(() -> {
            order.add("first");
            return order.size() > 1 || inbox.offer(new Request()) != Offer.TAKEN; // Another one has taken the room.
        });
        parked.park(named("second"));
        inbox.setCapacity(2);
        parked.onRoom();
        assertEquals(List.of("first"), order);
        inbox.setCapacity(3);
        parked.onRoom();
        assertEquals(List.of("first", "first", "second"), order);
    }

    @Test
    void aConnectionThatIsParkedWhileThereIsRoomGoesOnAtOnce() {
        parked.park(named("first"));
        assertEquals(List.of("first"), order);
    }

    @Test
    void aConnectionThatHasEndedHasNoTurn() {
        parked.offer(new Request());
        ParkedConnections.Parked ended = named("ended");
        parked.park(ended);
        parked.park(named("second"));
        parked.forget(ended);
        inbox.setCapacity(2);
        parked.onRoom();
        assertEquals(List.of("second"), order);
    }
}
