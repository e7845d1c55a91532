package org.slimta.bus.impl.monitor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.management.ObjectName;
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
    private final Map<Reportable, ObjectName> registered = new HashMap<>();

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
                MBeans.unregister(entry.getValue());
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
            registered.put(bus, MBeans.register(new BusMBean(buses, bus, dto), dto.kind, dto.name));
        }
    }

    @Override
    public void close() {
        registered.values().forEach(MBeans::unregister);
        registered.clear();
    }
}
