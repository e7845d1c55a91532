package org.slimta.bus.shell;

import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.FilterDTO;
import org.slimta.bus.api.runtime.HandlerDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Command {@code slimta-bus:handlers}, which lists the handlers and filters with their buses in a table. */
@Component(
        service = HandlersCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=handlers"})
public final class HandlersCommand {

    private static final String HELP = """
            Lists the handlers and filters with their targets and the buses that use them now.

            usage:    slimta-bus:handlers
            example:  slimta-bus:handlers

            TARGET is the service property slimta.bus.whiteboard.target. A handler has no BUSES if no configured bus
            matches its target, if another handler has a higher rank, or if a chain or a proxy receives from the bus.
            """;

    private final BusRuntime runtime;

    /**
     * Creates the command.
     *
     * @param runtime reports the buses and services, not null
     */
    @Activate
    public HandlersCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints the table.
     *
     * @param arguments none, or {@code --help}
     * @throws CommandException if the arguments are wrong
     */
    @Descriptor("lists the handlers and filters with their buses")
    public void handlers(@Descriptor("none, or --help") String... arguments) throws CommandException {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            given.positional(0, 0);
            print(runtime.getRuntimeDTO());
        });
    }

    private static void print(RuntimeDTO all) {
        if (all.handlers.length == 0 && all.filters.length == 0) {
            System.out.println("There is no handler and no filter. Register a service RequestHandler or BusFilter with"
                    + " the property slimta.bus.whiteboard.target, such as (slimta.bus.name=relay).");
            return;
        }
        Table table = new Table()
                .left("KIND")
                .left("CLASS")
                .left("BUNDLE")
                .right("RANK")
                .right("SERVICE")
                .left("TARGET")
                .left("BUSES");
        for (HandlerDTO handler : all.handlers) {
            table.row(
                    "handler",
                    handler.handlerClass,
                    handler.bundle,
                    handler.ranking,
                    handler.serviceId,
                    handler.target,
                    Table.names(List.of(handler.buses)));
        }
        for (FilterDTO filter : all.filters) {
            table.row(
                    "filter",
                    filter.filterClass,
                    filter.bundle,
                    filter.ranking,
                    filter.serviceId,
                    filter.target,
                    Table.names(List.of(filter.buses)));
        }
        System.out.print(table.withTitles());
    }
}
