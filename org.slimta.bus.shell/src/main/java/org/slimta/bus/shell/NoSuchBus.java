package org.slimta.bus.shell;

import java.util.Collection;
import org.slimta.bus.api.runtime.BusDTO;

/** The failure of a command whose argument is not the name of a bus. */
final class NoSuchBus {

    private NoSuchBus() {}

    static CommandException of(String name, Collection<BusDTO> buses) {
        String names =
                Table.names(buses.stream().map(bus -> bus.name).distinct().toList());
        return CommandException.of("There is no bus '" + name + "'. Open buses: " + names + ".");
    }
}
