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

/** Command {@code slimta-bus:handlers}: the handlers and filters with their buses, in a table. */
@Component(
        service = HandlersCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=handlers"})
public final class HandlersCommand {

    private static final String HELP =
            """
            Lists the handlers and the filters, the buses that they are for, and those that they serve now.

            usage:    slimta-bus:handlers
            example:  slimta-bus:handlers

            TARGET is the service property slimta.bus.whiteboard.target. A handler without BUSES has a target that no
            configured bus matches, or another handler has a higher rank, or a chain or a proxy receives from that bus.
            """;

    private final BusRuntime runtime;

    /**
     * The command.
     *
     * @param runtime tells what there is, not null
     */
    @Activate
    public HandlersCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints the table.
     *
     * @param arguments none, or {@code --help}
     */
    @Descriptor("lists the handlers and filters with their buses")
    public void handlers(@Descriptor("none, or --help") String... arguments) {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            given.rest(0, 0);
            print(runtime.getRuntimeDTO());
        });
    }

    private static void print(RuntimeDTO all) {
        if (all.handlers.length == 0 && all.filters.length == 0) {
            System.out.println("There is no handler and no filter: no service RequestHandler or BusFilter with the property "
                    + "slimta.bus.whiteboard.target, as (slimta.bus.name=relay).");
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
        for (HandlerDTO each : all.handlers) {
            String buses = Table.names(List.of(each.buses));
            table.row("handler", each.handlerClass, each.bundle, each.ranking, each.serviceId, each.target, buses);
        }
        for (FilterDTO each : all.filters) {
            String buses = Table.names(List.of(each.buses));
            table.row("filter", each.filterClass, each.bundle, each.ranking, each.serviceId, each.target, buses);
        }
        System.out.print(table.withTitles());
    }
}
