package org.slimta.bus.impl.monitor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.BoundedLog;
import org.slimta.bus.impl.status.BusInventory;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.status.BusState;

/**
 * Logs each change of the state of a configured bus, but for rejected configurations, which are logged elsewhere. That a
 * bus waits is logged when it has waited for the same thing for a second: at the start, and while a bundle is replaced,
 * buses wait for moments. For one thread at a time.
 */
final class StateLog implements BusObserver {

    /** What is said of a bus. */
    private record Said(String state, String waitingFor) {

        static Said of(BusDTO bus) {
            return new Said(bus.state, bus.waitingFor);
        }

        boolean isWaiting() {
            return BusState.WAITING.label().equals(state);
        }
    }

    /** One bus. */
    private static final class Watched {
        private final BoundedLog log;
        private final String description;
        private Said logged;
        private Said seen; // The last time.
        private boolean wasFull; // The queue, the last time.
        private boolean saidFull;

        Watched(BusDTO bus) {
            log = new BoundedLog(BusLog.of(bus.kind, bus.name));
            description = "The " + bus.kind + " " + bus.name + " (" + bus.pid + ")";
        }
    }

    private final BusInventory buses;
    private final Map<Object, Watched> watched = new HashMap<>();

    StateLog(BusInventory buses) {
        this.buses = buses;
    }

    @Override
    public void observe() {
        Set<Object> open = new HashSet<>();
        buses.forEachConfigured((bus, dto) -> {
            if (dto.name != null) {
                open.add(bus);
                look(watched.computeIfAbsent(bus, any -> new Watched(dto)), dto);
            }
        });
        watched.entrySet().removeIf(entry -> {
            boolean gone = !open.contains(entry.getKey());
            if (gone) {
                entry.getValue().log.info(entry.getValue().description + " is closed");
            }
            return gone;
        });
    }

    /** A queue that is full for a second delays what arrives, or refuses it. */
    private static void lookAtQueue(Watched bus, BusDTO dto) {
        boolean isFull = dto.queueSize > 0 && dto.queued >= dto.queueSize;
        if (isFull && bus.wasFull && !bus.saidFull) {
            bus.saidFull = true;
            String notRead = dto.notRead.isEmpty() ? "" : "; connections that are not read: " + dto.notRead;
            String oldest = dto.oldestInFlight < 0 ? "" : "; the oldest has waited for " + dto.oldestInFlight + " ms";
            bus.log.warn(
                    bus.description + " has a full queue: " + dto.queued + " transactions (queueSize)" + oldest
                            + notRead + ". Its handlers are too slow or hang, or nobody receives",
                    null);
        } else if (!isFull && bus.saidFull) {
            bus.saidFull = false;
            bus.log.info(bus.description + " has room in its queue again");
        }
        bus.wasFull = isFull;
    }

    private static void look(Watched bus, BusDTO dto) {
        lookAtQueue(bus, dto);
        Said now = Said.of(dto);
        boolean lasts = now.equals(bus.seen);
        bus.seen = now;
        if (now.equals(bus.logged) || (now.isWaiting() && !lasts)) {
            return;
        }
        Said before = bus.logged;
        bus.logged = now;
        if (now.isWaiting()) {
            bus.log.warn(
                    bus.description + (dto.opened == 0 ? " is not open: " : " is waiting: ") + now.waitingFor(), null);
        } else if (before == null || !Objects.equals(before.state(), now.state())) {
            bus.log.info(bus.description + " is " + now.state() + (dto.address == null ? "" : ", " + dto.address));
        }
    }

    /** The provider stops, and has closed its buses before. */
    @Override
    public void close() {
        observe();
        watched.values().forEach(bus -> bus.log.info(bus.description + " is closed"));
        watched.clear();
    }
}
