package org.slimta.bus.shell;

import java.util.Map;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.CodecDTO;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Sample snapshots. */
final class Sample {

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
}
