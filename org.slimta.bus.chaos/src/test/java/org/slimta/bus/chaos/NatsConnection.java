package org.slimta.bus.chaos;

import java.util.List;
import org.slimta.bus.nats.NatsBusFactory;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.standalone.StandaloneBusFactory;

/** The connection of a program to a cluster, if it is to have one. */
final class NatsConnection {

    private NatsConnection() {}

    /**
     * Begins to connect.
     *
     * @param arguments {@code nats}: the URLs of the nodes, with semicolons between them
     * @return null if there is no such argument, and the buses go over sockets
     */
    static NatsBusFactory open(Arguments arguments, String name, StandaloneBusFactory buses) {
        if (!arguments.has("nats")) {
            return null;
        }
        List<String> nodes = List.of(arguments.text("nats").split(";"));
        return new NatsBusFactory(
                NatsOptions.builder().name(name).servers(nodes).build(), buses);
    }
}
