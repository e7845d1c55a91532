package org.slimta.bus.impl.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slimta.bus.impl.CapturedLog;
import org.slimta.bus.impl.status.BusInventory;

/** One line for each change of a bus's state that lasts. */
class StateLogTest {

    private final BusInventory buses = new BusInventory();
    private final FakeBus bus = new FakeBus("state-test");
    private final StateLog states = new StateLog(buses);
    private final CapturedLog log = new CapturedLog();

    @AfterEach
    void close() {
        log.close();
    }

    private List<String> lines() {
        return log.text().lines().toList();
    }

    private void observe(int times) {
        for (int i = 0; i < times; i++) {
            states.observe();
        }
    }

    @Test
    void aBusThatIsReadyIsLoggedOnce() {
        buses.add(bus, "org.slimta.bus.server~relay", null);
        observe(3);
        assertEquals(1, lines().size(), log.text());
        assertTrue(
                log.text()
                        .contains("INFO org.slimta.bus.server.state-test - The server state-test"
                                + " (org.slimta.bus.server~relay) is ready, 127.0.0.1:4025"),
                log.text());
    }

    @Test
    void aBusThatABundleOpenedIsNotLogged() {
        buses.add(bus, null, "edge");
        observe(2);
        assertEquals(List.of(), lines());
    }

    @Test
    void aBusThatWaitsForAMomentIsNotLogged() {
        buses.add(bus, "pid", null);
        bus.state = "waiting";
        bus.waitingFor = "no handler";
        observe(1);
        bus.state = "ready";
        bus.waitingFor = null;
        observe(1);
        assertEquals(1, lines().size(), log.text());
    }

    @Test
    void aBusThatGoesOnWaitingIsLoggedWithWhatItWaitsFor() {
        buses.add(bus, "pid", null);
        observe(1);
        bus.state = "waiting";
        bus.waitingFor = "no handler";
        observe(3);
        assertEquals(2, lines().size(), log.text());
        assertTrue(lines().get(1).contains("WARN") && lines().get(1).endsWith("is waiting: no handler"), log.text());
        bus.waitingFor = "no codec";
        observe(2);
        assertTrue(lines().get(2).endsWith("is waiting: no codec"), log.text());
        bus.state = "ready";
        bus.waitingFor = null;
        observe(2);
        assertEquals(4, lines().size(), log.text());
    }

    @Test
    void aBusThatHasGoneIsClosed() {
        buses.add(bus, "pid", null);
        observe(1);
        buses.remove(bus);
        observe(2);
        assertEquals(2, lines().size(), log.text());
        assertTrue(lines().get(1).endsWith("is closed"), log.text());
    }

    @Test
    void aBusThatChangesAllTheTimeDoesNotFillTheLog() {
        buses.add(bus, "pid", null);
        for (int i = 0; i < 1000; i++) {
            bus.state = i % 2 == 0 ? "closing" : "ready";
            observe(1);
        }
        assertEquals(20, lines().size(), log.text());
    }

    @Test
    void aQueueThatIsFullForASecondIsLoggedAndThatItHasRoomAgain() {
        buses.add(bus, "pid", null);
        observe(1);
        bus.queued = 5;
        observe(1);
        assertEquals(1, lines().size(), log.text());
        observe(3);
        assertEquals(2, lines().size(), log.text());
        assertTrue(lines().get(1).contains("WARN") && lines().get(1).contains("has a full queue: 5"), log.text());
        bus.queued = 4;
        observe(2);
        assertTrue(lines().get(2).endsWith("has room in its queue again"), log.text());
    }
}
