package org.slimta.bus.shell;

import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.TargetDTO;

/** Prints the servers of a client that has several, in a table: those of a list of hosts, or those that were heard of over NATS. */
final class Targets {

    private Targets() {}

    static void print(BusDTO bus) {
        if (bus.targets.length == 0) {
            return;
        }
        if (bus.node == null) {
            printHosts(bus);
        } else {
            printMembers(bus);
        }
    }

    private static void printHosts(BusDTO bus) {
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

    private static void printMembers(BusDTO bus) {
        Table table = new Table()
                .left("SERVER")
                .leftInFull("STATE")
                .right("IN FLIGHT")
                .right("ROOM")
                .right("HEARD")
                .left("NODE");
        for (TargetDTO each : bus.targets) {
            table.row(each.address, each.state, each.inFlight, each.room, each.heard + " ms ago", each.node);
        }
        Lines.table(table);
    }
}
