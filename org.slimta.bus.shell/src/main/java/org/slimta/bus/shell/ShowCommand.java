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

/** Command {@code slimta-bus:show}, which shows everything about one bus. */
@Component(
        service = ShowCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=show"})
public final class ShowCommand {

    private static final String HELP = """
            Shows everything about one bus: its address, its state, its statistics, its handler and its filters.

            usage:    slimta-bus:show NAME
            example:  slimta-bus:show relay

            Counts and latencies begin when the bus was opened.
            """;
    private static final int MAX_LENGTH = 1000;

    private final BusRuntime runtime;

    /**
     * Creates the command.
     *
     * @param runtime reports the buses and services, not null
     */
    @Activate
    public ShowCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints everything about a bus.
     *
     * @param arguments the name of the bus, or {@code --help}
     */
    @Descriptor("shows everything about one bus")
    public void show(@Descriptor("NAME of the bus, or --help") String... arguments) {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            String name = given.positional(1, 1, "NAME").get(0);
            RuntimeDTO all = runtime.getRuntimeDTO();
            List<BusDTO> found = Arrays.stream(all.buses)
                    .filter(bus -> bus.name.equals(name))
                    .toList();
            if (found.isEmpty()) {
                throw noSuchBus(name, all.buses);
            }
            found.forEach(bus -> print(bus, all));
        });
    }

    static CommandException noSuchBus(String name, BusDTO[] buses) {
        List<String> names =
                Arrays.stream(buses).map(bus -> bus.name).distinct().toList();
        return CommandException.of("There is no bus '" + name + "'. Open buses: " + Table.names(names) + ".");
    }

    private static void print(BusDTO bus, RuntimeDTO all) {
        System.out.println(Table.oneLine(bus.name, MAX_LENGTH));
        line("kind", bus.kind);
        line("address", bus.address);
        line("tls", bus.tls ? "yes" : null);
        line("state", bus.state);
        line("reason", bus.waitingFor);
        line("configuration", bus.pid);
        line("opened by", bus.bundle);
        line("requests", bus.requestType);
        line("responses", bus.responseType);
        line("peers", bus.peers);
        line("in flight", bus.inFlight);
        line("memory", bus.memoryLimit == 0 ? null : bus.heldBytes + " of " + bus.memoryLimit + " bytes");
        line("not read", Format.notRead(bus));
        line("queue", bus.queueSize == 0 ? null : bus.queued + " of " + bus.queueSize);
        line("answered", bus.answered);
        line("failed", Format.failures(bus));
        bus.failed.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(failure -> line("", failure.getValue() + " " + failure.getKey()));
        if (bus.latency50 >= 0) {
            line("latency", "50 % within " + Format.latency(bus.latency50));
            line("", "99 % within " + Format.latency(bus.latency99));
            line("", "99.9 % within " + Format.latency(bus.latency999));
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
        for (HandlerDTO handler : all.handlers) {
            if (handler.serviceId == id) {
                return service(id, handler.handlerClass, handler.bundle);
            }
        }
        return "service " + id;
    }

    private static String filter(long id, RuntimeDTO all) {
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

    private static void line(String label, Object value) {
        if (value != null) {
            System.out.printf("  %-15s%s%n", label, Table.oneLine(value.toString(), MAX_LENGTH));
        }
    }
}
