package org.slimta.bus.impl.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.runtime.BusDTO;

/** The buses that are open in one provider. Thread-safe. */
public final class BusInventory {

    private static final int FEW = 16;

    private record Owner(String pid, String bundle) {}

    private final Map<Reportable, Owner> buses = new ConcurrentHashMap<>();
    private final AtomicInteger added = new AtomicInteger();

    /** None yet. */
    public BusInventory() {}

    /**
     * A bus was opened.
     *
     * @param bus the bus
     * @param pid the PID of its configuration, or null
     * @param bundle the symbolic name of the bundle that opened it, or null
     */
    public void add(Reportable bus, String pid, String bundle) {
        buses.put(bus, new Owner(pid == null ? "" : pid, bundle == null ? "" : bundle));
        if (added.incrementAndGet() > buses.size() / 2 + FEW) {
            added.set(0);
            forgetClosed(); // Half as many have come as there are: so what this costs is little for each.
        }
    }

    /**
     * A bus is closed.
     *
     * @param bus the bus
     */
    public void remove(Reportable bus) {
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
            if (isOver(reported, bus)) {
                buses.remove(reported);
            } else {
                open.add(bus);
            }
        });
        return open.stream()
                .sorted(Comparator.comparing((BusDTO bus) -> bus.name).thenComparing(bus -> bus.kind))
                .toList();
    }

    /** Nobody may ever ask for a report, and programs open and close a bus for each task. */
    private void forgetClosed() {
        buses.forEach((reported, owner) -> {
            if (reported.isClosed() && isOver(reported, report(reported, owner))) { // Whoever is open need not be asked.
                buses.remove(reported);
            }
        });
    }

    private static boolean isOver(Reportable reported, BusDTO bus) {
        return reported.isClosed() && bus.inFlight == 0;
    }

    private static BusDTO report(Reportable reported, Owner owner) {
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
