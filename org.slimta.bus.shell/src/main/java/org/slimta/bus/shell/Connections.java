package org.slimta.bus.shell;

import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.ConnectionDTO;

/** Prints the open connections of a bus in a table, those with the most transactions in flight first. */
final class Connections {

    private Connections() {}

    static void print(BusDTO bus, Times times) {
        if (bus.connections.length == 0) {
            return;
        }
        Table table = new Table()
                .left("PEER")
                .left("IDENTITY")
                .leftInFull("OPEN SINCE")
                .right("IN FLIGHT")
                .left("NOT READ");
        for (ConnectionDTO each : bus.connections) {
            String notRead = each.notRead.length == 0 ? null : String.join(", ", each.notRead);
            table.row(each.address, each.identity, times.at(each.opened), each.inFlight, notRead);
        }
        Lines.table(table);
        int more = bus.peers - bus.connections.length;
        if (more > 0) {
            Lines.sentence("and " + more + (more == 1 ? " more connection" : " more connections"));
        }
    }
}
