package org.slimta.bus.shell;

import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;

/** Command {@code slimta-bus:list}, which lists the buses in a table. */
@Component(
        service = ListCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=list"})
public final class ListCommand {

    private static final String HELP = """
            Lists the open buses: configured ones, and those that bundles have opened.

            usage:    slimta-bus:list
            example:  slimta-bus:list

            PEERS is the number of open connections. QUEUE is the number of transactions that wait to be received, and
            the largest number that may wait. ANSWERED and FAILED count transactions since the bus was opened;
            slimta-bus:show gives the reasons of the failures.
            """;

    private final BusRuntime runtime;

    /**
     * Creates the command.
     *
     * @param runtime reports the buses and services, not null
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
            given.positional(0, 0);
            print(runtime.getRuntimeDTO().buses);
        });
    }

    private static void print(BusDTO[] buses) {
        if (buses.length == 0) {
            System.out.println("There is no open bus. slimta-bus:rejected shows whether a configuration was rejected.");
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
                    Format.failures(bus));
        }
        System.out.print(table.withTitles());
    }
}
