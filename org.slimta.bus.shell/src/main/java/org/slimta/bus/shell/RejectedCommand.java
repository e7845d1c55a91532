package org.slimta.bus.shell;

import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** Command {@code slimta-bus:rejected}, which lists what is not used, and why. */
@Component(
        service = RejectedCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=rejected"})
public final class RejectedCommand {

    private static final String HELP = """
            Lists the configurations, codecs, handlers and filters that were rejected, with a line for each mistake.

            usage:    slimta-bus:rejected
            example:  slimta-bus:rejected
            """;

    private final BusRuntime runtime;

    /**
     * Creates the command.
     *
     * @param runtime reports the buses and services, not null
     */
    @Activate
    public RejectedCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints what was rejected.
     *
     * @param arguments none, or {@code --help}
     * @throws CommandException if the arguments are wrong
     */
    @Descriptor("lists what was rejected, and why")
    public void rejected(@Descriptor("none, or --help") String... arguments) throws CommandException {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            given.positional(0, 0);
            print(runtime.getRuntimeDTO());
        });
    }

    private static void print(RuntimeDTO all) {
        if (all.rejected.length == 0) {
            System.out.println("Nothing was rejected.");
        }
        for (RejectedDTO each : all.rejected) {
            Lines.title(title(each));
            Rejected.mistakes(each).forEach(Lines::sentence);
            for (BusDTO bus : all.buses) {
                if (each.bundle == null && each.id.equals(bus.pid)) {
                    String state = bus.problem == null
                            ? " is " + Format.state(bus) + "."
                            : " continues with its previous settings.";
                    Lines.sentence("The " + bus.kind + " " + bus.name + state);
                }
            }
        }
    }

    private static String title(RejectedDTO rejected) {
        if (rejected.bundle != null) {
            return rejected.kind + " of bundle " + rejected.bundle + ", service " + rejected.id;
        }
        String name = rejected.busName == null ? "" : " of the bus " + rejected.busName;
        return rejected.kind + " " + rejected.id + name;
    }
}
