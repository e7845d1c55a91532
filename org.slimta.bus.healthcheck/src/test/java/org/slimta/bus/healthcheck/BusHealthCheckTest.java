package org.slimta.bus.healthcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.ResultLog;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.FailureDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

class BusHealthCheckTest {

    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

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
        return new BusHealthCheck(() -> all, Clock.fixed(NOW, ZoneOffset.UTC)).execute();
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
        assertEquals(
                "There are 2 buses, 1 of them configured.",
                result.iterator().next().getMessage());
        all.buses = new BusDTO[] {relay};
        assertEquals(
                "There is 1 bus, which is configured.",
                check().iterator().next().getMessage());
        all.buses = new BusDTO[] {opened};
        assertEquals(
                "There is 1 bus, which was opened by a bundle.",
                check().iterator().next().getMessage());
        all.buses = new BusDTO[0];
        assertEquals("There is no bus.", check().iterator().next().getMessage());
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
        assertEquals(List.of("CRITICAL The bus 'relay' is not ready: there is no handler."), findings(result));
    }

    @Test
    void aConfiguredBusThatClosesIsCritical() {
        relay.state = "closing";
        assertEquals(List.of("CRITICAL The bus 'relay' is closing."), findings(check()));
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
                List.of("CRITICAL The configuration 'org.slimta.bus.client~x' was rejected: it is wrong {} %s."),
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
                        "WARN The codec of the bundle 'org.example.note' (service 7) was rejected: it is wrong {} %s.",
                        "WARN The handler of the bundle 'org.example.relay' (service 8) was rejected: it is wrong {} %s.",
                        "WARN The filter of the bundle 'org.example.trace' (service 9) was rejected: it is wrong {} %s."),
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
                List.of(
                        "WARN The queue of the bus 'opened' is almost full: it has 801 of at most 1000 transactions (queueSize)."),
                findings(result));
    }

    @Test
    void aQueueForOneTransactionIsNamedInTheSingular() {
        opened.queueSize = 1;
        opened.queued = 1;
        assertEquals(
                List.of("WARN The queue of the bus 'opened' is full: it has 1 of at most 1 transaction (queueSize)."),
                findings(check()));
    }

    @Test
    void memoryThatIsMoreThanFourFifthsUsedIsAWarning() {
        relay.memoryLimit = 1000;
        relay.heldBytes = 800;
        assertEquals(List.of(), findings(check()));
        relay.heldBytes = 801;
        assertEquals(
                List.of("WARN The memory of the bus 'relay' is almost used up: it holds 801 of at most 1000 bytes"
                        + " (memoryLimit)."),
                findings(check()));
    }

    @Test
    void aRejectedConfigurationNamesItsBus() {
        RejectedDTO rejected = rejected("configuration", "org.slimta.bus.client~x", null);
        rejected.busName = "to-relay";
        rejected.reason = "unknown setting prot; did you mean port?";
        all.rejected = new RejectedDTO[] {rejected};
        assertEquals(
                List.of("CRITICAL The configuration 'org.slimta.bus.client~x' of the bus 'to-relay' was rejected:"
                        + " unknown setting prot; did you mean port?"),
                findings(check()));
    }

    @Test
    void aBusThatIsNotAsConfiguredIsOneCriticalFinding() {
        relay.problem = "the setting port is x; it must be a whole number";
        all.rejected = new RejectedDTO[] {rejected("configuration", relay.pid, null)};
        assertEquals(
                List.of(
                        "CRITICAL The bus 'relay' is not as configured: the setting port is x; it must be a whole number."),
                findings(check()));
    }

    private void fail(Duration since, Duration last, long answeredInLastMinute) {
        relay.failingSince = NOW.minus(since).toEpochMilli();
        relay.lastFailure = new FailureDTO();
        relay.lastFailure.time = NOW.minus(last).toEpochMilli();
        relay.lastFailure.reason = "CONNECT";
        relay.lastFailure.message = "connection refused; is the server running?";
        relay.recent.answered = answeredInLastMinute;
    }

    @Test
    void aClientThatHasOnlyFailuresIsCritical() {
        fail(Duration.ofMinutes(5), Duration.ofSeconds(1), 0);
        assertEquals(
                List.of("CRITICAL The bus 'relay' has had failures for 5 minutes, and no response in the last minute:"
                        + " CONNECT: connection refused; is the server running?"),
                findings(check()));
    }

    @Test
    void aClientThatFailsAtTimesIsAWarning() {
        fail(Duration.ofSeconds(61), Duration.ofSeconds(1), 17);
        assertEquals(
                List.of("WARN The bus 'relay' has had failures for 1 minute:"
                        + " CONNECT: connection refused; is the server running?"),
                findings(check()));
    }

    @Test
    void aClientThatHasFailedBrieflyOrIsNotInUseIsNoFinding() {
        fail(Duration.ofSeconds(59), Duration.ZERO, 0);
        assertEquals(List.of(), findings(check()));
        fail(Duration.ofMinutes(10), Duration.ofMinutes(10), 0);
        assertEquals(List.of(), findings(check()), "a single failure");
        fail(Duration.ofMinutes(30), Duration.ofMinutes(15), 0);
        assertEquals(List.of(), findings(check()), "nothing was sent for 15 minutes");
        fail(Duration.ofMinutes(30), Duration.ofMinutes(14), 0);
        assertEquals(1, findings(check()).size());
    }

    @Test
    void aCertificateThatExpiresSoonIsAWarningAndOneThatHasExpiredIsCritical() {
        relay.certificateSubject = "CN=relay";
        relay.certificateExpires = NOW.plus(Duration.ofDays(15)).toEpochMilli();
        assertEquals(List.of(), findings(check()));
        relay.certificateExpires = NOW.plus(Duration.ofDays(14)).toEpochMilli();
        assertEquals(
                List.of("WARN The certificate of the bus 'relay' (CN=relay) expires in 14 days, at 2026-12-11 12:00;"
                        + " replace it before then."),
                findings(check()));
        relay.certificateExpires = NOW.plus(Duration.ofHours(1)).toEpochMilli();
        assertEquals(
                List.of("WARN The certificate of the bus 'relay' (CN=relay) expires in 1 hour, at 2026-11-27 13:00;"
                        + " replace it before then."),
                findings(check()));
        relay.certificateExpires = NOW.minus(Duration.ofDays(1)).toEpochMilli();
        assertEquals(
                List.of("CRITICAL The certificate of the bus 'relay' (CN=relay) expired 1 day ago, at 2026-11-26 12:00;"
                        + " replace it."),
                findings(check()));
    }
}
