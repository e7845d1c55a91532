package org.slimta.bus.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/** What was rejected, as the commands present it. */
final class Rejected {

    private static final String CONFIGURATION = "configuration";
    private static final List<String> KINDS = List.of("server", "client", "local", "proxy", "chain");

    private Rejected() {}

    /** {@return the rejected configurations that no bus in the list is for, since no bus was ever opened with them} */
    static List<RejectedDTO> withoutBus(RuntimeDTO all) {
        Set<String> pids = Arrays.stream(all.buses)
                .map(bus -> bus.pid)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return configurations(all).filter(each -> !pids.contains(each.id)).toList();
    }

    /** {@return the rejection of the present configuration of a bus, or null if it is not rejected} */
    static RejectedDTO of(BusDTO bus, RuntimeDTO all) {
        return configurations(all)
                .filter(each -> each.id.equals(bus.pid))
                .findFirst()
                .orElse(null);
    }

    private static Stream<RejectedDTO> configurations(RuntimeDTO all) {
        return Arrays.stream(all.rejected).filter(each -> each.kind.equals(CONFIGURATION));
    }

    /** {@return what is wrong, a text for each mistake} */
    static List<String> mistakes(RejectedDTO rejected) {
        return rejected.mistakes.length == 0 ? List.of(rejected.reason) : List.of(rejected.mistakes);
    }

    /** {@return the name of the bus, or the PID of the configuration if it has no name} */
    static String name(RejectedDTO rejected) {
        return rejected.busName == null ? rejected.id : rejected.busName;
    }

    /** {@return the kind of bus, if necessary that which the PID is for; null if unknown} */
    static String kind(RejectedDTO rejected) {
        return rejected.busKind != null
                ? rejected.busKind
                : KINDS.stream()
                        .filter(kind -> rejected.id.startsWith("org.slimta.bus." + kind + "~"))
                        .findFirst()
                        .orElse(null);
    }

    /**
     * {@return a sentence such as "1 configuration and 2 handlers were rejected; slimta-bus:rejected says why.", or
     * null if nothing was rejected}
     */
    static String summary(RejectedDTO[] rejected) {
        if (rejected.length == 0) {
            return null;
        }
        List<String> counts = Stream.of(CONFIGURATION, "codec", "handler", "filter", "observer")
                .map(kind -> count(rejected, kind))
                .filter(Objects::nonNull)
                .toList();
        int last = counts.size() - 1;
        String all = last < 1
                ? String.join("", counts)
                : String.join(", ", counts.subList(0, last)) + " and " + counts.get(last);
        return all + (rejected.length == 1 ? " was" : " were") + " rejected; slimta-bus:rejected says why.";
    }

    private static String count(RejectedDTO[] rejected, String kind) {
        long count =
                Arrays.stream(rejected).filter(each -> each.kind.equals(kind)).count();
        return count == 0 ? null : count + " " + kind + (count == 1 ? "" : "s");
    }
}
