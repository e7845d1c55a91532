package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.slimta.bus.itest.ConfiguredBuses.ECHO;
import static org.slimta.bus.itest.ConfiguredBuses.LOCAL;
import static org.slimta.bus.itest.ConfiguredBuses.PROXY;
import static org.slimta.bus.itest.ConfiguredBuses.marking;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.ServiceRegistration;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFactory;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.api.TransactionStart;
import org.slimta.bus.api.TransactionStart.Role;
import org.slimta.bus.itest.note.Note;

/** Observers as services: which buses they observe, and the places of a transaction through configured buses. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ObserverIT {

    @Rule
    public final ConfiguredBuses buses = new ConfiguredBuses();

    private final List<Place> places = new CopyOnWriteArrayList<>();

    private static final class Place implements TransactionObservation {

        private final TransactionStart start;

        Place(TransactionStart start) {
            this.start = start;
        }

        @Override
        public String toString() {
            return start.role() + " of " + start.busKind() + " " + start.busName();
        }
    }

    @org.ops4j.pax.exam.Configuration
    public static Option[] configuration() throws Exception {
        return options(ConfiguredBuses.installed());
    }

    private TransactionObservation record(TransactionStart start) {
        Place place = new Place(start);
        places.add(place);
        return place;
    }

    private List<String> names() {
        return places.stream().map(Place::toString).toList();
    }

    @Test
    public void eachPlaceOfATransactionIsObservedWithTheRightParent() throws Exception {
        buses.register(TransactionObserver.class, (TransactionObserver) this::record, Map.of());
        buses.configure(LOCAL, "slimta.bus.name", "edge");
        buses.server("relay");
        buses.handler(ECHO, "relay", 0);
        buses.clientOf("relay");
        buses.configure(PROXY, "slimta.bus.name", "router", "from", "edge", "to", "client-of-relay", "minFilters", 1);
        buses.filter(marking("!"), "router", 0);
        BusClient<Note, Note> client = buses.service(BusClient.class, "edge");
        assertEquals("re: a!", ConfiguredBuses.send(client, "a"));
        assertEquals(
                List.of(
                        "CLIENT of local edge",
                        "SERVER of local edge",
                        "FILTER of proxy router",
                        "CLIENT of client client-of-relay",
                        "SERVER of server relay",
                        "HANDLER of server relay"),
                names());
        assertNull(places.get(0).start.parent());
        assertSame(places.get(1), places.get(2).start.parent());
        assertSame(places.get(2), places.get(3).start.parent());
        assertNull(places.get(4).start.parent());
        assertSame(places.get(4), places.get(5).start.parent());
    }

    @Test
    public void aTargetSelectsTheBuses() throws Exception {
        ServiceRegistration<?> observer = buses.register(
                TransactionObserver.class,
                (TransactionObserver) this::record,
                Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=targeted)"));
        buses.configure(LOCAL, "slimta.bus.name", "targeted");
        buses.configure(LOCAL, "slimta.bus.name", "other");
        buses.handler(ECHO, "targeted", 0);
        buses.handler(ECHO, "other", 0);
        BusClient<Note, Note> targeted = buses.service(BusClient.class, "targeted");
        BusClient<Note, Note> other = buses.service(BusClient.class, "other");
        ConfiguredBuses.send(other, "a");
        ConfiguredBuses.send(targeted, "a");
        assertEquals(
                List.of("CLIENT of local targeted", "SERVER of local targeted", "HANDLER of local targeted"), names());
        observer.setProperties(new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=other)")));
        ConfiguredBuses.send(targeted, "b");
        ConfiguredBuses.send(other, "b");
        assertEquals("CLIENT of local other", names().get(3));
        observer.unregister();
        ConfiguredBuses.send(other, "c");
        assertEquals(6, places.size());
    }

    @Test
    public void busesThatProgramsOpenAreObservedToo() throws Exception {
        buses.register(
                TransactionObserver.class,
                (TransactionObserver) start -> start.role() == Role.CLIENT ? record(start) : null,
                Map.of());
        BusFactory factory = buses.context().getService(buses.context().getServiceReference(BusFactory.class));
        try (LocalBus<String, String> bus = factory.newLocal()) {
            bus.client().sendRequest(List.of("a"));
            assertEquals(List.of("CLIENT of local local"), names());
            bus.server().recvRequest().sendResponse(List.of("b"));
        }
    }

    @Test
    public void anObserverWhoseTargetIsNoFilterIsRejected() {
        ServiceRegistration<?> observer = buses.register(
                TransactionObserver.class,
                (TransactionObserver) this::record,
                Map.of("slimta.bus.whiteboard.target", "slimta.bus.name=relay"));
        String reason = buses.rejected("observer").reason;
        assertTrue(reason, reason.contains("which is not a valid LDAP filter"));
        observer.setProperties(new Hashtable<>(Map.of("slimta.bus.whiteboard.target", "(slimta.bus.name=relay)")));
        Await.until("it is not rejected any more", () -> buses.find("observer") == null);
    }
}
