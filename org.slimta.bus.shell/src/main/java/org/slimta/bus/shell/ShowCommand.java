package org.slimta.bus.shell;

import java.time.Clock;
import java.util.Arrays;
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

/** Command {@code slimta-bus:show}, which shows everything about one bus. */
@Component(
        service = ShowCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=show"})
public final class ShowCommand {

    private static final String HELP = """
            Shows everything about one bus: its address and certificate, its state, its configuration, its last response and
            failure, its handler and filters, its statistics, and its connections. Of a rejected configuration it shows
            what is wrong.

            usage:    slimta-bus:show NAME
            example:  slimta-bus:show relay

            The statistics are those since the bus was opened, and those of the last minute. "50 % within" is the median of
            the latency.
            """;

    private final BusRuntime runtime;
    private final Times times;

    /**
     * Creates the command.
     *
     * @param runtime reports the buses and services, not null
     */
    @Activate
    public ShowCommand(@Reference BusRuntime runtime) {
        this(runtime, Clock.systemDefaultZone());
    }

    ShowCommand(BusRuntime runtime, Clock clock) {
        this.runtime = runtime;
        this.times = new Times(clock);
    }

    /**
     * Prints everything about a bus.
     *
     * @param arguments the name of the bus, or {@code --help}
     * @throws CommandException if there is no bus of that name, or the arguments are wrong
     */
    @Descriptor("shows everything about one bus")
    public void show(@Descriptor("NAME of the bus, or --help") String... arguments) throws CommandException {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            String name = given.positional(1, 1, "NAME").get(0);
            RuntimeDTO all = runtime.getRuntimeDTO();
            List<BusDTO> found = Arrays.stream(all.buses)
                    .filter(bus -> bus.name.equals(name))
                    .toList();
            List<RejectedDTO> rejected = Rejected.withoutBus(all).stream()
                    .filter(each -> each.id.equals(name) || name.equals(each.busName))
                    .toList();
            if (found.isEmpty() && rejected.isEmpty()) {
                throw NoSuchBus.of(name, List.of(all.buses));
            }
            found.forEach(bus -> new BusReport(bus, all, times).print());
            rejected.forEach(ShowCommand::print);
        });
    }

    private static void print(RejectedDTO rejected) {
        Lines.title(Rejected.name(rejected));
        Lines.line("kind", Rejected.kind(rejected));
        Lines.line("state", "rejected");
        Lines.line("configuration", rejected.id);
        Lines.lines("mistake", "mistakes", Rejected.mistakes(rejected));
    }
}
