package org.slimta.bus.shell;

import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.TargetDTO;

/** Prints the servers of a client that has a list of hosts, in a table in the order of the list. */
final class Targets {

    private Targets() {}

    static void print(BusDTO bus) {
        if (bus.targets.length == 0) {
            return;
        }
        Table table = new Table()
                .left("SERVER")
                .leftInFull("STATE")
                .right("CONNECTIONS")
                .right("IN FLIGHT")
                .left("LAST FAILURE");
        for (TargetDTO each : bus.targets) {
            table.row(each.address, each.state, each.connections, each.inFlight, each.lastFailure);
        }
        Lines.table(table);
    }
}
