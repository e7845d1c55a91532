package org.slimta.bus.impl.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;

/** The inventory lists open buses, and holds no reference to closed ones. */
class BusInventoryTest {

    private final BusInventory buses = new BusInventory();

    private static final class Bus implements Reportable {

        private boolean closed;

        @Override
        public void report(BusDTO bus) {
            bus.name = "bus";
            bus.kind = "client";
        }

        @Override
        public boolean isClosed() {
            return closed;
        }
    }

    @Test
    void closedBusesAreRemovedEvenIfNobodyAsksForAReport() {
        Bus open = new Bus();
        buses.add(open, null, null);
        List<WeakReference<Bus>> closed = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Bus bus = new Bus();
            buses.add(bus, null, null);
            bus.closed = true;
            closed.add(new WeakReference<>(bus));
        }
        System.gc();
        long kept = closed.stream().filter(each -> each.get() != null).count();
        assertTrue(kept < 100, kept + " are kept");
        assertEquals(1, buses.report().size());
    }
}
