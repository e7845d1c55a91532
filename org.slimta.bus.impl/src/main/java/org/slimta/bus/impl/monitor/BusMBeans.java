package org.slimta.bus.impl.monitor;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.BusInventory;
import org.slimta.bus.impl.status.Reportable;

/**
 * Registers an MBean for each open bus, and unregisters it when the bus has gone; at most 1,000, because a program may
 * open many buses. For one thread at a time.
 */
final class BusMBeans implements BusObserver {

    private static final int MAX_BUSES = 1000;

    private final BusInventory buses;
    private final Map<Reportable, Numbered> registered = new HashMap<>();

    /** The numbers in use, so that the search for a free one does not begin at 1 for each of many buses of one name. */
    private final Map<Name, BitSet> numbers = new HashMap<>();

    private record Name(String kind, String bus) {}

    private record Numbered(Name name, MBeans.Registered bean) {}

    BusMBeans(BusInventory buses) {
        this.buses = buses;
    }

    @Override
    public void observe() {
        Set<Reportable> open = new HashSet<>();
        buses.forEach(open::add);
        registered.entrySet().removeIf(entry -> {
            boolean gone = !open.contains(entry.getKey());
            if (gone) {
                unregister(entry.getValue());
            }
            return gone;
        });
        for (Reportable bus : open) {
            if (!registered.containsKey(bus) && registered.size() < MAX_BUSES) {
                register(bus);
            }
        }
    }

    private void register(Reportable bus) {
        BusDTO dto = buses.report(bus);
        if (dto != null && dto.name != null && dto.kind != null) {
            Name name = new Name(dto.kind, dto.name);
            BitSet used = numbers.computeIfAbsent(name, any -> new BitSet());
            MBeans.Registered bean =
                    MBeans.register(new BusMBean(buses, bus, dto), dto.kind, dto.name, used.nextClearBit(1));
            used.set(bean.instance());
            registered.put(bus, new Numbered(name, bean));
        }
    }

    private void unregister(Numbered numbered) {
        MBeans.unregister(numbered.bean().name());
        BitSet used = numbers.get(numbered.name());
        used.clear(numbered.bean().instance());
        if (used.isEmpty()) {
            numbers.remove(numbered.name());
        }
    }

    @Override
    public void close() {
        registered.values().forEach(this::unregister);
        registered.clear();
    }
}
