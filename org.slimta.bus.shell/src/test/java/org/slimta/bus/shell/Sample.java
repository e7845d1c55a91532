package org.slimta.bus.shell;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.runtime.ConnectionDTO;
import org.slimta.bus.api.runtime.FailureDTO;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;
import org.slimta.bus.api.runtime.TargetDTO;

/** Sample snapshots. */
final class Sample {

    static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private Sample() {}

    static RuntimeDTO of(BusDTO... buses) {
        RuntimeDTO all = new RuntimeDTO();
        all.buses = buses;
        all.codecs = new CodecDTO[0];
        all.handlers = new HandlerDTO[0];
        all.filters = new FilterDTO[0];
        all.rejected = new RejectedDTO[0];
        return all;
    }

    static BusDTO bus(String name, String kind) {
        BusDTO bus = new BusDTO();
        bus.name = name;
        bus.kind = kind;
        bus.state = "ready";
        bus.failed = Map.of();
        bus.latency50 = -1;
        bus.latency99 = -1;
        bus.latency999 = -1;
        bus.handler = -1;
        bus.filters = new long[0];
        return bus;
    }

    static BusDTO relay() {
        BusDTO bus = bus("relay", "server");
        bus.address = "127.0.0.1:4025";
        bus.pid = "org.slimta.bus.server~relay";
        bus.requestType = "mail.message";
        bus.responseType = "mail.reply";
        bus.peers = 3;
        bus.inFlight = 12;
        bus.queued = 2;
        bus.queueSize = 1024;
        bus.notRead = Map.of("queue-full", 2, "memory", 1);
        bus.answered = 123_456;
        bus.failed = Map.of("TIMEOUT", 2L, "HANDLER", 5L, "EXPIRED", 2L);
        bus.latency50 = 850;
        bus.latency99 = 12_340;
        bus.latency999 = 1_500_000;
        bus.handler = 42;
        bus.filters = new long[] {43, 99};
        return bus;
    }

    /** A bus with everything that can be reported of one. */
    static BusDTO troubled() {
        BusDTO bus = relay();
        bus.tls = true;
        bus.certificateSubject = "CN=relay";
        bus.certificateExpires = before(Duration.ofDays(-11));
        bus.problem = "the setting port is x; it must be a whole number";
        bus.customProperties = Map.of("tenant", "blue", "region", "eu");
        bus.opened = before(Duration.ofDays(3));
        bus.failingSince = before(Duration.ofMinutes(10));
        bus.oldestInFlight = 3_200;
        bus.heldBytes = 900;
        bus.memoryLimit = 1000;
        bus.lastAnswered = before(Duration.ofSeconds(5));
        bus.lastFailure = new FailureDTO();
        bus.lastFailure.time = before(Duration.ofSeconds(90));
        bus.lastFailure.reason = "TIMEOUT";
        bus.lastFailure.outcome = "UNKNOWN";
        bus.lastFailure.message = "no response\nwithin 30 s";
        bus.recent.millis = 35_000;
        bus.recent.answered = 700;
        bus.recent.failed = Map.of("EXPIRED", 1L, "CLOSED", 1L);
        bus.recent.answeredPerSecond = 20;
        bus.recent.failedPerSecond = 0.057;
        bus.recent.latency50 = 900;
        bus.recent.latency99 = 20_000;
        bus.recent.latency999 = 2_000_000;
        bus.connections = new ConnectionDTO[] {
            connection("192.0.2.7:51000", "CN=edge", Duration.ofHours(2), 4, "memory", "queue-full"),
            connection("192.0.2.8:51001", null, Duration.ofSeconds(1), 0)
        };
        return bus;
    }

    /** A server with two connections and seven transactions. */
    static TargetDTO target(String address, String state, String lastFailure) {
        TargetDTO target = new TargetDTO();
        target.address = address;
        target.state = state;
        target.connections = 2;
        target.inFlight = 7;
        target.lastFailure = lastFailure;
        return target;
    }

    private static ConnectionDTO connection(
            String address, String identity, Duration age, int inFlight, String... notRead) {
        ConnectionDTO connection = new ConnectionDTO();
        connection.address = address;
        connection.identity = identity;
        connection.opened = before(age);
        connection.inFlight = inFlight;
        connection.notRead = notRead;
        return connection;
    }

    private static long before(Duration duration) {
        return NOW.minus(duration).toEpochMilli();
    }

    static BusDTO waiting() {
        BusDTO bus = bus("edge", "client");
        bus.address = "mx.example.com:4025";
        bus.state = "waiting";
        bus.waitingFor = "there is no codec for mail.message";
        bus.bundle = "org.example.edge";
        return bus;
    }

    static HandlerDTO handler() {
        HandlerDTO handler = new HandlerDTO();
        handler.serviceId = 42;
        handler.target = "(slimta.bus.name=relay)";
        handler.handlerClass = "org.example.relay.Deliver";
        handler.bundle = "org.example.relay";
        handler.buses = new String[] {"relay"};
        return handler;
    }

    static FilterDTO filter() {
        FilterDTO filter = new FilterDTO();
        filter.serviceId = 43;
        filter.target = "(slimta.bus.name=*)";
        filter.filterClass = "org.example.trace.Received";
        filter.bundle = "org.example.trace";
        filter.ranking = 10;
        filter.buses = new String[0];
        return filter;
    }

    static CodecDTO codec(long id, boolean serves) {
        CodecDTO codec = new CodecDTO();
        codec.serviceId = id;
        codec.type = serves ? "mail.message" : null;
        codec.objectClass = "org.slimta.bus.mail.Message";
        codec.codecClass = "org.slimta.bus.mail.MessageCodec";
        codec.bundle = "org.slimta.bus.mail";
        codec.serves = serves;
        return codec;
    }

    static RejectedDTO rejected(String kind, String id, String bundle, String reason) {
        RejectedDTO rejected = new RejectedDTO();
        rejected.kind = kind;
        rejected.id = id;
        rejected.bundle = bundle;
        rejected.reason = reason;
        return rejected;
    }

    static RejectedDTO twoMistakes() {
        RejectedDTO rejected = rejected("configuration", "org.slimta.bus.server~a", null, "two mistakes");
        rejected.busName = "relay-in";
        rejected.busKind = "server";
        rejected.mistakes = new String[] {
            "the setting port is x; it must be a whole number", "unknown setting prot; did you mean port?"
        };
        return rejected;
    }
}
