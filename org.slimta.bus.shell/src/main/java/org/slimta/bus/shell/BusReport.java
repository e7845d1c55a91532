package org.slimta.bus.shell;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Prints everything about one bus. */
final class BusReport {

    private static final Duration EXPIRES_SOON = Duration.ofDays(14);

    private final BusDTO bus;
    private final RuntimeDTO all;
    private final Times times;

    BusReport(BusDTO bus, RuntimeDTO all, Times times) {
        this.bus = bus;
        this.all = all;
        this.times = times;
    }

    void print() {
        Lines.title(bus.name);
        printIdentity();
        printState();
        printConfiguration();
        printTransactions();
        printServices();
        Statistics.print(bus, times);
        Targets.print(bus);
        Connections.print(bus, times);
    }

    private void printIdentity() {
        Lines.line("kind", bus.kind);
        Lines.line("address", bus.address);
        if (bus.node != null) {
            Lines.line(
                    "node", bus.node + (bus.reconnects == 0 ? "" : ", connection lost " + bus.reconnects + " times"));
        }
        Lines.line("tls", bus.tls ? "yes" : null);
        if (bus.certificateSubject != null) {
            Lines.line("certificate", bus.certificateSubject);
        }
        if (bus.certificateExpires != 0) {
            Lines.line(bus.certificateSubject == null ? "certificate" : "", expiry());
        }
    }

    private String expiry() {
        Duration left = times.left(bus.certificateExpires);
        String time = times.at(bus.certificateExpires);
        if (left.isNegative()) {
            return "expired " + time + ": replace it, since peers that check it refuse it";
        }
        return "expires " + time + (left.compareTo(EXPIRES_SOON) <= 0 ? ": replace it soon" : "");
    }

    private void printState() {
        Lines.line("state", Format.state(bus));
        Lines.line("reason", bus.waitingFor);
        RejectedDTO rejected = Rejected.of(bus, all);
        String problem = bus.problem == null && rejected != null ? rejected.reason : bus.problem;
        if (problem != null && !problem.equals(bus.waitingFor)) {
            Lines.line("problem", problem);
        }
        Lines.line("failing since", times.at(bus.failingSince));
        Lines.line("open since", times.at(bus.opened));
    }

    private void printConfiguration() {
        Lines.line("configuration", bus.pid);
        Lines.line("opened by", bus.bundle);
        List<String> properties = new TreeMap<>(bus.customProperties)
                .entrySet().stream()
                        .map(property -> property.getKey() + " = " + property.getValue())
                        .toList();
        Lines.lines("property", "properties", properties);
        Lines.line("requests", bus.requestType);
        Lines.line("responses", bus.responseType);
    }

    private void printTransactions() {
        Lines.line("peers", bus.peers);
        String oldest = bus.oldestInFlight < 0
                ? ""
                : ", the oldest for " + Times.duration(Duration.ofMillis(bus.oldestInFlight));
        Lines.line("in flight", bus.inFlight + oldest);
        Lines.line("memory", bus.memoryLimit == 0 ? null : bus.heldBytes + " of " + bus.memoryLimit + " bytes");
        Lines.line("not read", Format.notRead(bus));
        Lines.line("queue", bus.queueSize == 0 ? null : bus.queued + " of " + bus.queueSize);
        Lines.line("asked", bus.asked == 0 ? null : bus.asked + " requests, sent again " + bus.sentAgain);
        Lines.line("given back", bus.givenBack == 0 ? null : bus.givenBack + " requests");
        Lines.line("last response", times.at(bus.lastAnswered));
        if (bus.lastFailure != null) {
            Lines.line("last failure", times.at(bus.lastFailure.time));
            Lines.line("", bus.lastFailure.reason + ": " + bus.lastFailure.message);
            Lines.line("outcome", bus.lastFailure.outcome);
        }
    }

    private void printServices() {
        if (bus.handler >= 0) {
            Lines.line("handler", handler(bus.handler));
        }
        Lines.lines(
                "filter",
                "filters",
                Arrays.stream(bus.filters).mapToObj(this::filter).toList());
    }

    private String handler(long id) {
        for (HandlerDTO handler : all.handlers) {
            if (handler.serviceId == id) {
                return service(id, handler.handlerClass, handler.bundle);
            }
        }
        return "service " + id;
    }

    private String filter(long id) {
        for (FilterDTO filter : all.filters) {
            if (filter.serviceId == id) {
                return service(id, filter.filterClass, filter.bundle);
            }
        }
        return "service " + id;
    }

    private static String service(long id, String className, String bundle) {
        return className + " of bundle " + bundle + ", service " + id;
    }
}
