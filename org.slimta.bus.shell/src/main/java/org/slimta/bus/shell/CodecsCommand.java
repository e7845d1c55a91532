package org.slimta.bus.shell;

import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.CodecDTO;

/** Command {@code slimta-bus:codecs}, which lists the codecs in a table. */
@Component(
        service = CodecsCommand.class,
        property = {"osgi.command.scope=slimta-bus", "osgi.command.function=codecs"})
public final class CodecsCommand {

    private static final String HELP = """
            Lists the codecs, which turn objects into XML and back.

            usage:    slimta-bus:codecs
            example:  slimta-bus:codecs

            SERVES says whether the codec is in use for its type; if not, another one has a higher rank.
            """;

    private final BusRuntime runtime;

    /**
     * Creates the command.
     *
     * @param runtime reports the buses and services, not null
     */
    @Activate
    public CodecsCommand(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Prints the table.
     *
     * @param arguments none, or {@code --help}
     * @throws CommandException if the arguments are wrong
     */
    @Descriptor("lists the codecs")
    public void codecs(@Descriptor("none, or --help") String... arguments) throws CommandException {
        Arguments.run(HELP, Set.of(), arguments, given -> {
            given.positional(0, 0);
            print(runtime.getRuntimeDTO().codecs);
        });
    }

    private static void print(CodecDTO[] codecs) {
        if (codecs.length == 0) {
            System.out.println("There is no codec. A bundle such as org.slimta.bus.mail provides some.");
            return;
        }
        Table table = new Table()
                .left("TYPE")
                .left("OBJECTS")
                .left("CODEC")
                .left("BUNDLE")
                .left("SERVES")
                .right("RANK")
                .right("SERVICE");
        for (CodecDTO codec : codecs) {
            table.row(
                    codec.type,
                    codec.objectClass,
                    codec.codecClass,
                    codec.bundle,
                    codec.serves ? "yes" : "no",
                    codec.ranking,
                    codec.serviceId);
        }
        System.out.print(table.withTitles());
    }
}
