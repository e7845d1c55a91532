package org.slimta.bus.shell;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** The names that arguments of commands can be, as of now. */
final class BusNames {

    private final BusRuntime runtime;

    BusNames(BusRuntime runtime) {
        this.runtime = runtime;
    }

    /** {@return the names that the command takes, sorted; empty if it takes none} */
    List<String> of(String command) {
        RuntimeDTO all = runtime.getRuntimeDTO();
        Stream<String> buses = Arrays.stream(all.buses).map(bus -> bus.name);
        Stream<String> names = switch (command) {
            case "show" ->
                Stream.concat(buses, Rejected.withoutBus(all).stream().map(Rejected::name));
            case "watch" -> buses;
            case "send" ->
                Arrays.stream(all.buses)
                        .filter(bus -> bus.kind.equals("client") || bus.kind.equals("local"))
                        .map(bus -> bus.name);
            default -> Stream.of();
        };
        return names.distinct().sorted().toList();
    }
}
