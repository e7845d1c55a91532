package org.slimta.bus.impl.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slimta.bus.api.runtime.BusDTO;

/** The open buses of one provider. Thread-safe. */
public final class BusInventory {

    /** How many buses are added at least between two searches for closed ones. */
    private static final int MIN_ADDED = 16;

    private record Owner(String pid, String bundle, long opened) {}

    private final Map<Reportable, Owner> buses = new ConcurrentHashMap<>();
    private final AtomicInteger added = new AtomicInteger(); // Since the last search for closed ones.

    private volatile Runnable changeListener = () -> {};

    /** Creates an empty inventory. */
    public BusInventory() {}

    /**
     * Sets what is called after a bus was added or removed.
     *
     * @param listener called on the thread that adds or removes; must be quick, and must not throw
     */
    public void onChange(Runnable listener) {
        changeListener = listener;
    }

    /**
     * Adds a bus that was opened.
     *
     * @param bus the bus, not null
     * @param pid the PID of its configuration, or null
     * @param bundle the symbolic name of the bundle that opened it, or null
     */
    public void add(Reportable bus, String pid, String bundle) {
        buses.put(bus, new Owner(pid == null ? "" : pid, bundle == null ? "" : bundle, System.currentTimeMillis()));
        if (added.incrementAndGet() > buses.size() / 2 + MIN_ADDED) {
            added.set(0);
            removeClosed(); // Half as many were added as there are: the cost for each addition is small.
        }
        changeListener.run();
    }

    /**
     * Removes a bus that was closed.
     *
     * @param bus the bus, not null
     */
    public void remove(Reportable bus) {
        if (buses.remove(bus) != null) {
            changeListener.run();
        }
    }

    /** {@return whether there is no bus, not even one that is closed and was not removed yet} */
    public boolean isEmpty() {
        return buses.isEmpty();
    }

    /**
     * Calls an action for each bus.
     *
     * @param action the action; may add and remove buses
     */
    public void forEach(Consumer<? super Reportable> action) {
        buses.keySet().forEach(action);
    }

    /**
     * Calls an action for each configured bus, with its report.
     *
     * @param action the action
     */
    public void forEachConfigured(BiConsumer<? super Reportable, ? super BusDTO> action) {
        buses.forEach((reportable, owner) -> {
            if (!owner.pid().isEmpty()) {
                action.accept(reportable, report(reportable, owner));
            }
        });
    }

    /**
     * Reports one bus.
     *
     * @param bus the bus
     * @return its report, or null if it is not here, or not any more
     */
    public BusDTO report(Reportable bus) {
        Owner owner = buses.get(bus);
        return owner == null ? null : report(bus, owner);
    }

    /**
     * Collects the reports of all buses. Those that are closed, with no transaction in flight, are removed.
     *
     * @return a snapshot, sorted by name and kind
     */
    public List<BusDTO> report() {
        List<BusDTO> open = new ArrayList<>();
        buses.forEach((reportable, owner) -> {
            BusDTO bus = report(reportable, owner);
            if (isOver(reportable, bus)) {
                buses.remove(reportable);
            } else {
                open.add(bus);
            }
        });
        return open.stream()
                .sorted(Comparator.comparing((BusDTO bus) -> bus.name).thenComparing(bus -> bus.kind))
                .toList();
    }

    /** Removes closed buses without a report of all: a program may open and close many buses and never ask for a report. */
    public void removeClosed() {
        buses.forEach((reportable, owner) -> {
            // Only closed ones are asked for a report, which is the expensive part.
            if (reportable.isClosed() && isOver(reportable, report(reportable, owner))) {
                buses.remove(reportable);
            }
        });
    }

    private static boolean isOver(Reportable reportable, BusDTO bus) {
        return reportable.isClosed() && bus.inFlight == 0;
    }

    private static BusDTO report(Reportable reportable, Owner owner) {
        BusDTO bus = new BusDTO();
        bus.pid = owner.pid().isEmpty() ? null : owner.pid();
        bus.bundle = owner.bundle().isEmpty() ? null : owner.bundle();
        bus.opened = owner.opened();
        bus.failed = Map.of();
        bus.latency50 = -1;
        bus.latency99 = -1;
        bus.latency999 = -1;
        bus.handler = -1;
        bus.filters = new long[0];
        reportable.report(bus);
        return bus;
    }
}
