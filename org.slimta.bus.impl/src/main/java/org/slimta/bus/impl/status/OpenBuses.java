package org.slimta.bus.impl.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slimta.bus.api.runtime.BusDTO;

/** The buses that are open in one provider. Thread-safe. */
public final class OpenBuses {

    private record Owner(String pid, String bundle) {}

    private final Map<Reported, Owner> buses = new ConcurrentHashMap<>();

    /** None yet. */
    public OpenBuses() {}

    /**
     * A bus was opened.
     *
     * @param bus the bus
     * @param pid the PID of its configuration, or null
     * @param bundle the symbolic name of the bundle that opened it, or null
     */
    public void add(Reported bus, String pid, String bundle) {
        buses.put(bus, new Owner(pid == null ? "" : pid, bundle == null ? "" : bundle));
    }

    /**
     * A bus is closed.
     *
     * @param bus the bus
     */
    public void remove(Reported bus) {
        buses.remove(bus);
    }

    /**
     * Asks all how they fare.
     *
     * @return a snapshot, sorted by name
     */
    public List<BusDTO> report() {
        List<BusDTO> open = new ArrayList<>();
        buses.forEach((reported, owner) -> {
            BusDTO bus = report(reported, owner);
            if (reported.isClosed() && bus.inFlight == 0) {
                buses.remove(reported);
            } else {
                open.add(bus);
            }
        });
        return open.stream()
                .sorted(Comparator.comparing((BusDTO bus) -> bus.name).thenComparing(bus -> bus.kind))
                .toList();
    }

    private static BusDTO report(Reported reported, Owner owner) {
        BusDTO bus = new BusDTO();
        bus.pid = owner.pid().isEmpty() ? null : owner.pid();
        bus.bundle = owner.bundle().isEmpty() ? null : owner.bundle();
        bus.failed = Map.of();
        bus.latency50 = -1;
        bus.latency99 = -1;
        bus.latency999 = -1;
        bus.handler = -1;
        bus.filters = new long[0];
        reported.report(bus);
        return bus;
    }
}
