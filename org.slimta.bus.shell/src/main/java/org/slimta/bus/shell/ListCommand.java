package org.slimta.bus.shell;

import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Command {@code slimta-bus:list}, which lists the buses in a table. */
@Component(
        service = ListCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=list"})
public final class ListCommand {

    private static final String HELP = """
            Lists the buses: configured ones, and those that bundles have opened. Configurations that were rejected, so
            that there is no bus, are at the end.

            usage:    slimta-bus:list
            example:  slimta-bus:list

            STATE "not as configured" means that the bus continues with its previous settings, because the new ones cannot
            be used. "waiting, not open" means that a server does not listen; one that is "waiting for a handler" does.
            slimta-bus:show says more. PEERS is the number of open connections. QUEUE is the number of transactions that wait to be received, and
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
     * @throws CommandException if the arguments are wrong
     */
    @Descriptor("lists the buses")
    public void list(@Descriptor("none, or --help") String... arguments) throws CommandException {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            given.positional(0, 0);
            print(runtime.getRuntimeDTO());
        });
    }

    private static void print(RuntimeDTO all) {
        List<RejectedDTO> withoutBus = Rejected.withoutBus(all);
        if (all.buses.length == 0 && withoutBus.isEmpty()) {
            System.out.println("There is no open bus.");
        } else {
            print(all.buses, withoutBus);
        }
        String rejected = Rejected.summary(all.rejected);
        if (rejected != null) {
            System.out.println(rejected);
        }
    }

    private static void print(BusDTO[] buses, List<RejectedDTO> rejected) {
        Table table = new Table()
                .left("NAME")
                .left("KIND")
                .left("ADDRESS")
                .leftInFull("STATE")
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
                    Format.state(bus),
                    bus.peers,
                    bus.inFlight,
                    Format.queue(bus),
                    bus.answered,
                    Format.failures(bus.failed));
        }
        for (RejectedDTO each : rejected) {
            table.row(Rejected.name(each), Rejected.kind(each), null, "rejected", null, null, null, null, null);
        }
        System.out.print(table.withTitles());
    }
}
