package org.slimta.bus.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Command {@code slimta-bus:show}: everything about one bus. */
@Component(
        service = ShowCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=show"})
public final class ShowCommand {

    private static final String HELP =
            """
            Shows everything about one bus: where it is, what it waits for, how it fares, and who serves it.

            usage:    slimta-bus:show NAME
            example:  slimta-bus:show relay

            Figures count from when the bus was opened.
            """;
    private static final int WIDEST = 1000;

    private final BusRuntime runtime;

    /**
     * The command.
     *
     * @param runtime tells what there is, not null
     */
    @Activate
    public ShowCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints what is known of a bus.
     *
     * @param arguments its name, or {@code --help}
     */
    @Descriptor("shows everything about one bus")
    public void show(@Descriptor("the bus's NAME, or --help") String... arguments) {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            String name = given.rest(1, 1, "NAME").get(0);
            RuntimeDTO all = runtime.getRuntimeDTO();
            List<BusDTO> found =
                    Arrays.stream(all.buses).filter(bus -> bus.name.equals(name)).toList();
            if (found.isEmpty()) {
                throw noSuchBus(name, all.buses);
            }
            found.forEach(bus -> print(bus, all));
        });
    }

    static CommandException noSuchBus(String name, BusDTO[] buses) {
        List<String> names = Arrays.stream(buses).map(bus -> bus.name).distinct().toList();
        return CommandException.of("There is no bus '" + name + "'; there are: " + Table.names(names) + ".");
    }

    private static void print(BusDTO bus, RuntimeDTO all) {
        System.out.println(Table.oneLine(bus.name, WIDEST));
        line("kind", bus.kind);
        line("address", bus.address);
        line("tls", bus.tls ? "yes" : null);
        line("state", bus.state);
        line("waits for", bus.waitingFor);
        line("configuration", bus.pid);
        line("opened by", bus.bundle);
        line("requests", bus.requestType);
        line("responses", bus.responseType);
        line("peers", bus.peers);
        line("in flight", bus.inFlight);
        line("held", bus.memoryLimit == 0 ? null : bus.heldBytes + " of " + bus.memoryLimit + " bytes");
        line("not read", Format.notRead(bus));
        line("queue", bus.queueSize == 0 ? null : bus.queued + " of " + bus.queueSize);
        line("answered", bus.answered);
        line("failed", Format.failed(bus));
        bus.failed.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(failed -> line("", failed.getValue() + " " + failed.getKey()));
        if (bus.latency50 >= 0) {
            line("latency", "half of the transactions took " + Format.latency(bus.latency50) + " at most,");
            line("", "99 of 100 took " + Format.latency(bus.latency99) + " at most,");
            line("", "999 of 1000 took " + Format.latency(bus.latency999) + " at most");
        }
        if (bus.handler >= 0) {
            line("handler", handler(bus.handler, all));
        }
        String label = bus.filters.length == 1 ? "filter" : "filters";
        for (long filter : bus.filters) {
            line(label, filter(filter, all));
            label = "";
        }
    }

    private static String handler(long id, RuntimeDTO all) {
        for (HandlerDTO each : all.handlers) {
            if (each.serviceId == id) {
                return service(id, each.handlerClass, each.bundle);
            }
        }
        return "service " + id;
    }

    private static String filter(long id, RuntimeDTO all) {
        for (FilterDTO each : all.filters) {
            if (each.serviceId == id) {
                return service(id, each.filterClass, each.bundle);
            }
        }
        return "service " + id;
    }

    private static String service(long id, String type, String bundle) {
        return type + " of bundle " + bundle + ", service " + id;
    }

    private static void line(String label, Object value) {
        if (value != null) {
            System.out.printf("  %-15s%s%n", label, Table.oneLine(value.toString(), WIDEST));
        }
    }
}
