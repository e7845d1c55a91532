package org.slimta.bus.webconsole;

import java.util.Map;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.runtime.ConnectionDTO;
import org.slimta.bus.api.runtime.FailureDTO;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** A report with something of everything. */
final class Sample {

    /** What would run a script if it were taken as HTML. */
    static final String MARKUP = "<img src=x onerror=alert(1)>";

    private static final long DAY_MILLIS = 86_400_000;

    private Sample() {}

    static RuntimeDTO report() {
        RuntimeDTO report = new RuntimeDTO();
        report.version = "0.1.0";
        report.buses = new BusDTO[] {server(), client(), chain()};
        report.codecs = new CodecDTO[] {codec()};
        report.handlers = new HandlerDTO[] {handler()};
        report.filters = new FilterDTO[] {filter()};
        report.rejected = new RejectedDTO[] {rejected()};
        return report;
    }

    private static BusDTO bus(String kind, String name) {
        BusDTO bus = new BusDTO();
        bus.kind = kind;
        bus.name = name;
        bus.state = "ready";
        bus.pid = "org.slimta.bus." + kind + "~" + name;
        bus.opened = System.currentTimeMillis() - DAY_MILLIS;
        bus.failed = Map.of();
        bus.handler = -1;
        bus.filters = new long[0];
        return bus;
    }

    static BusDTO server() {
        BusDTO bus = bus("server", "relay");
        bus.address = "0.0.0.0:4025";
        bus.tls = true;
        bus.certificateSubject = "CN=" + MARKUP;
        bus.certificateExpires = System.currentTimeMillis() + 9 * DAY_MILLIS + DAY_MILLIS / 2;
        bus.customProperties = Map.of("owner", MARKUP);
        bus.requestType = "mail.message";
        bus.responseType = "mail.reply";
        bus.peers = 101;
        bus.connections = new ConnectionDTO[] {connection()};
        bus.notRead = Map.of("in-flight", 1);
        bus.inFlight = 7;
        bus.oldestInFlight = 340;
        bus.queued = 1000;
        bus.queueSize = 1024;
        bus.heldBytes = 18_300_000;
        bus.memoryLimit = 1_580_000_000;
        bus.answered = 84_000;
        bus.failed = Map.of("TIMEOUT", 12L, "HANDLER", 140L);
        bus.lastFailure = failure("TIMEOUT", "its handler took too long for " + MARKUP);
        bus.recent.millis = 60_000;
        bus.recent.answered = 2_401;
        bus.recent.answeredPerSecond = 40.02;
        bus.recent.failed = Map.of("TIMEOUT", 2L);
        bus.recent.latency50 = 1_240;
        bus.recent.latency99 = 48_100;
        bus.handler = 37;
        bus.filters = new long[] {41};
        return bus;
    }

    private static ConnectionDTO connection() {
        ConnectionDTO connection = new ConnectionDTO();
        connection.address = "10.0.4.7:51000";
        connection.identity = "CN=" + MARKUP;
        connection.opened = System.currentTimeMillis() - 3_000_000;
        connection.inFlight = 7;
        connection.notRead = new String[] {"in-flight"};
        return connection;
    }

    static FailureDTO failure(String reason, String message) {
        FailureDTO failure = new FailureDTO();
        failure.time = System.currentTimeMillis() - 14_000;
        failure.reason = reason;
        failure.outcome = "UNKNOWN";
        failure.message = message;
        return failure;
    }

    private static BusDTO client() {
        BusDTO bus = bus("client", MARKUP);
        bus.address = "archive.example.com:4026";
        bus.failingSince = System.currentTimeMillis() - 372_000;
        bus.lastFailure = failure("CONNECT", "Connection refused");
        bus.problem = "the key cannot be read: " + MARKUP;
        return bus;
    }

    private static BusDTO chain() {
        BusDTO bus = bus("chain", "outbound");
        bus.state = "waiting";
        bus.opened = 0;
        bus.waitingFor = "1 filter matches, but minFilters requires 2";
        return bus;
    }

    private static CodecDTO codec() {
        CodecDTO codec = new CodecDTO();
        codec.serviceId = 31;
        codec.type = MARKUP;
        codec.objectClass = "com.example.Order";
        codec.codecClass = "com.example.OrderCodec";
        codec.bundle = "com.example.orders";
        return codec;
    }

    private static HandlerDTO handler() {
        HandlerDTO handler = new HandlerDTO();
        handler.serviceId = 37;
        handler.target = "(slimta.bus.name=relay)";
        handler.handlerClass = "com.example.Mailbox";
        handler.bundle = "com.example.relay";
        handler.buses = new String[] {"relay"};
        return handler;
    }

    private static FilterDTO filter() {
        FilterDTO filter = new FilterDTO();
        filter.serviceId = 41;
        filter.target = "(slimta.bus.name=" + MARKUP + ")";
        filter.filterClass = "com.example.Stamp";
        filter.bundle = "com.example.relay";
        filter.buses = new String[] {MARKUP};
        return filter;
    }

    private static RejectedDTO rejected() {
        RejectedDTO rejected = new RejectedDTO();
        rejected.kind = "configuration";
        rejected.id = "org.slimta.bus.server~submission";
        rejected.busKind = "server";
        rejected.busName = "submission";
        rejected.reason = "the setting port is " + MARKUP + "; it must be a whole number, such as 100";
        return rejected;
    }
}
