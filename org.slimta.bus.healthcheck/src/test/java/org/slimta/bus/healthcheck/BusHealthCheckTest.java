package org.slimta.bus.healthcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.ResultLog;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

class BusHealthCheckTest {

    private final RuntimeDTO all = new RuntimeDTO();
    private final BusDTO relay = bus("relay", "org.slimta.bus.server~relay");
    private final BusDTO opened = bus("opened", null);

    BusHealthCheckTest() {
        all.buses = new BusDTO[] {relay, opened};
        all.rejected = new RejectedDTO[0];
    }

    private static BusDTO bus(String name, String pid) {
        BusDTO bus = new BusDTO();
        bus.name = name;
        bus.pid = pid;
        bus.state = "ready";
        return bus;
    }

    private static RejectedDTO rejected(String kind, String id, String bundle) {
        RejectedDTO rejected = new RejectedDTO();
        rejected.kind = kind;
        rejected.id = id;
        rejected.bundle = bundle;
        rejected.reason = "it is wrong {} %s";
        return rejected;
    }

    private Result check() {
        return new BusHealthCheck(() -> all).execute();
    }

    /** The findings, without the line that counts the buses. */
    private static List<String> findings(Result result) {
        List<String> findings = new ArrayList<>();
        for (ResultLog.Entry entry : result) {
            if (entry.getStatus() != Status.OK) {
                findings.add(entry.getStatus() + " " + entry.getMessage());
            }
        }
        return findings;
    }

    @Test
    void theCheckIsOkWhenConfiguredBusesAreReady() {
        Result result = check();
        assertEquals(Status.OK, result.getStatus());
        assertEquals("Buses: 2, of which 1 configured", result.iterator().next().getMessage());
    }

    @Test
    void theCheckIsOkWithoutBuses() {
        all.buses = new BusDTO[0];
        assertEquals(Status.OK, check().getStatus());
    }

    @Test
    void aConfiguredBusThatWaitsIsCriticalWithTheReason() {
        relay.state = "waiting";
        relay.waitingFor = "there is no handler";
        Result result = check();
        assertEquals(Status.CRITICAL, result.getStatus());
        assertEquals(List.of("CRITICAL Bus relay is not ready (waiting): there is no handler"), findings(result));
    }

    @Test
    void aConfiguredBusThatClosesIsCritical() {
        relay.state = "closing";
        assertEquals(List.of("CRITICAL Bus relay is not ready (closing)"), findings(check()));
    }

    @Test
    void aBusThatABundleOpenedMayWait() {
        opened.state = "waiting";
        assertEquals(Status.OK, check().getStatus());
    }

    @Test
    void aRejectedConfigurationIsCritical() {
        all.rejected = new RejectedDTO[] {rejected("configuration", "org.slimta.bus.client~x", null)};
        Result result = check();
        assertEquals(Status.CRITICAL, result.getStatus());
        assertEquals(
                List.of("CRITICAL Configuration org.slimta.bus.client~x was rejected: it is wrong {} %s"),
                findings(result));
    }

    @Test
    void rejectedServicesAreWarnings() {
        all.rejected = new RejectedDTO[] {
            rejected("codec", "7", "org.example.note"),
            rejected("handler", "8", "org.example.relay"),
            rejected("filter", "9", "org.example.trace")
        };
        Result result = check();
        assertEquals(Status.WARN, result.getStatus());
        assertEquals(
                List.of(
                        "WARN The codec of bundle org.example.note (service 7) was rejected: it is wrong {} %s",
                        "WARN The handler of bundle org.example.relay (service 8) was rejected: it is wrong {} %s",
                        "WARN The filter of bundle org.example.trace (service 9) was rejected: it is wrong {} %s"),
                findings(result));
    }

    @Test
    void aQueueThatIsMoreThanFourFifthsFullIsAWarning() {
        opened.queueSize = 1000;
        opened.queued = 800;
        assertEquals(Status.OK, check().getStatus());
        opened.queued = 801;
        Result result = check();
        assertEquals(Status.WARN, result.getStatus());
        assertEquals(
                List.of("WARN The queue of bus opened is almost full: 801 of 1000 transactions wait to be received"),
                findings(result));
    }
}
