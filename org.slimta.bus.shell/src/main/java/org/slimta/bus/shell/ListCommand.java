package org.slimta.bus.shell;

import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;

/** Command {@code slimta-bus:list}: the buses in a table. */
@Component(
        service = ListCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=list"})
public final class ListCommand {

    private static final String HELP =
            """
            Lists the open buses: those that are configured, and those that bundles opened.

            usage:    slimta-bus:list
            example:  slimta-bus:list

            PEERS are open connections. QUEUE is how many transactions wait to be received, and how many may. ANSWERED and
            FAILED count transactions since the bus was opened; slimta-bus:show tells why they failed.
            """;

    private final BusRuntime runtime;

    /**
     * The command.
     *
     * @param runtime tells what there is, not null
     */
    @Activate
    public ListCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints the table.
     *
     * @param arguments none, or {@code --help}
     */
    @Descriptor("lists the open buses")
    public void list(@Descriptor("none, or --help") String... arguments) {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            given.rest(0, 0);
            print(runtime.getRuntimeDTO().buses);
        });
    }

    private static void print(BusDTO[] buses) {
        if (buses.length == 0) {
            System.out.println("There is no open bus. slimta-bus:rejected tells whether a configuration was rejected.");
            return;
        }
        Table table = new Table()
                .left("NAME")
                .left("KIND")
                .left("ADDRESS")
                .left("STATE")
                .right("PEERS")
                .right("IN FLIGHT")
                .right("QUEUE")
                .right("ANSWERED")
                .right("FAILED");
        for (BusDTO bus : buses) {
            table.row(
                    bus.name,
                    bus.kind,
                    bus.address,
                    bus.state,
                    bus.peers,
                    bus.inFlight,
                    Format.queue(bus),
                    bus.answered,
                    Format.failed(bus));
        }
        System.out.print(table.withTitles());
    }
}
