package org.slimta.bus.shell;

import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RejectedDTO;

/** Command {@code slimta-bus:rejected}, which lists what is not used, and why. */
@Component(
        service = RejectedCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=rejected"})
public final class RejectedCommand {

    private static final String HELP = """
            Lists the configurations, codecs, handlers and filters that were rejected, with the reasons.

            usage:    slimta-bus:rejected
            example:  slimta-bus:rejected
            """;
    private static final int MAX_REASON_LENGTH = 1000;
    private static final int MAX_NAME_LENGTH = 200;

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
     */
    @Descriptor("lists what was rejected, and why")
    public void rejected(@Descriptor("none, or --help") String... arguments) {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            given.positional(0, 0);
            print(runtime.getRuntimeDTO().rejected);
        });
    }

    private static void print(RejectedDTO[] rejected) {
        if (rejected.length == 0) {
            System.out.println("Nothing was rejected.");
        }
        for (RejectedDTO each : rejected) {
            String name = each.bundle == null
                    ? each.kind + " " + each.id
                    : each.kind + " of bundle " + each.bundle + ", service " + each.id;
            System.out.println(Table.oneLine(name, MAX_NAME_LENGTH));
            System.out.println("  " + Table.oneLine(each.reason, MAX_REASON_LENGTH));
        }
    }
}
