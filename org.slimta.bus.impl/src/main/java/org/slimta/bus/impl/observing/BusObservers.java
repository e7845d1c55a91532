package org.slimta.bus.impl.observing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.RequestBatch;
import org.slimta.bus.api.TransactionStart.Role;

/**
 * Begins the observation of the transactions of one bus. Without observers that costs one read of a volatile field.
 * Thread-safe.
 */
public final class BusObservers {

    /** The observers of a bus that nobody observes. */
    public static final BusObservers NONE = new BusObservers(null, Map.of());

    /**
     * Those of the registry that are for this bus.
     *
     * @param of all observers, as the registry had them
     * @param matching those that are for this bus
     */
    private record Selection(List<Registered> of, List<Registered> matching) {}

    private final ObserverRegistry registry; // Null if there is none.
    private final Map<String, ?> bus;
    private final String name;
    private final String kind;
    private volatile Selection selection = new Selection(List.of(), List.of());

    private BusObservers(ObserverRegistry registry, Map<String, ?> bus) {
        this.registry = registry;
        this.bus = bus;
        this.name = Objects.toString(bus.get(BusConstants.BUS_NAME));
        this.kind = Objects.toString(bus.get(BusConstants.BUS_KIND));
    }

    /**
     * Returns the observers of a bus.
     *
     * @param registry the observers of the provider
     * @param properties the properties that the targets of observers are matched with, among them its name and kind
     * @return the observers, those that are registered at each moment
     */
    public static BusObservers of(ObserverRegistry registry, Map<String, ?> properties) {
        return new BusObservers(registry, Map.copyOf(properties));
    }

    /**
     * Returns the observers of a bus that has no configuration.
     *
     * @param registry the observers of the provider
     * @param name its name
     * @param kind its kind
     * @return the observers, those that are registered at each moment
     */
    public static BusObservers of(ObserverRegistry registry, String name, String kind) {
        return new BusObservers(registry, Map.of(BusConstants.BUS_NAME, name, BusConstants.BUS_KIND, kind));
    }

    /**
     * Returns the observers of another bus of the same provider.
     *
     * @param properties the properties of that bus
     * @return the observers; these if they are for that bus
     */
    public BusObservers with(Map<String, ?> properties) {
        return registry == null || bus.equals(properties) ? this : of(registry, properties);
    }

    /**
     * Tells whether these are the observers that {@link #with} would return.
     *
     * @param other the observers of another bus
     * @param properties the properties of this bus
     * @return whether they are of the same provider, for a bus with these properties
     */
    public boolean isLike(BusObservers other, Map<String, ?> properties) {
        return registry == other.registry && bus.equals(properties);
    }

    /** {@return whether there is none now, so that nothing need be prepared} */
    public boolean isEmpty() {
        return registry == null || registry.all().isEmpty();
    }

    private List<Registered> current() {
        List<Registered> all = registry == null ? List.of() : registry.all();
        if (all.isEmpty()) {
            return all;
        }
        Selection now = selection;
        if (now.of() != all) {
            now = new Selection(all, all.stream().filter(one -> one.isFor(bus)).toList());
            selection = now;
        }
        return now.matching();
    }

    /**
     * A client is about to send.
     *
     * @param target its server, for messages
     * @param requestCount the number of requests
     * @param headers their headers
     * @return the observation, or null if nobody is interested
     */
    public Observed sending(String target, int requestCount, Headers headers) {
        List<Registered> matching = current();
        return matching.isEmpty()
                ? null
                : begin(
                        matching,
                        Observed.current(),
                        start(Role.CLIENT, null, target, requestCount, headers, 0),
                        System.nanoTime());
    }

    /**
     * A server has passed requests to whatever receives them.
     *
     * @param batch the requests
     * @param arrived when they arrived, a time of {@link System#nanoTime()}
     * @param queuedNanos how long they have waited in the queue since
     * @return the observation, or null if nobody is interested
     */
    public Observed received(RequestBatch<?> batch, long arrived, long queuedNanos) {
        List<Registered> matching = current();
        return matching.isEmpty()
                ? null
                : begin(
                        matching,
                        null,
                        start(
                                Role.SERVER,
                                batch.peer(),
                                null,
                                batch.requests().size(),
                                batch.headers(),
                                Math.max(0, queuedNanos)),
                        arrived + queuedNanos);
    }

    /**
     * A handler or a filter is about to be called.
     *
     * @param role which of both
     * @param target what is called
     * @param batch what it is called with
     * @param parent the observation of the server, or of the filter before; null if there is none
     * @return the observation, or null if nobody is interested
     */
    public Observed calling(Role role, Object target, RequestBatch<?> batch, Observed parent) {
        List<Registered> matching = current();
        return matching.isEmpty()
                ? null
                : begin(
                        matching,
                        parent,
                        start(
                                role,
                                batch.peer(),
                                target.getClass().getName(),
                                batch.requests().size(),
                                batch.headers(),
                                0),
                        System.nanoTime());
    }

    private Start start(Role role, Peer peer, String target, int requestCount, Headers headers, long queued) {
        return new Start(role, name, kind, peer, target, requestCount, headers, queued, null);
    }

    private Observed begin(List<Registered> matching, Observed parent, Start start, long time) {
        ObservedBy[] by = new ObservedBy[matching.size()];
        int count = 0;
        Headers headers = start.headers();
        for (int i = 0; i < by.length; i++) {
            Registered one = matching.get(i);
            ObservedBy observation =
                    ObservedBy.begin(one, start.withParent(parent == null ? null : parent.observationOf(one)));
            if (observation != null) {
                by[count++] = observation;
                headers = start.role() == Role.CLIENT ? observation.headers(headers) : headers;
            }
        }
        return count == 0
                ? null
                : new Observed(count == by.length ? by : Arrays.copyOf(by, count), registry, start, headers, time);
    }
}
