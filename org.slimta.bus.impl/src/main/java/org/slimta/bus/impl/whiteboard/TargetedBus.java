package org.slimta.bus.impl.whiteboard;

import java.util.Map;
import java.util.Set;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.Rejections.Kind;

/**
 * A configured bus, as the targets of services see it.
 *
 * @param busKind its kind, such as {@code server}
 * @param name its name
 * @param properties the properties that targets are matched with
 * @param accepts the kinds of services that it uses: handlers, filters, both or neither
 */
public record TargetedBus(String busKind, String name, Map<String, Object> properties, Set<Kind> accepts) {

    /** Says why it does not use services of a kind, and what to configure instead. */
    String explainUnused(Kind kind) {
        String bus = "the " + (busKind.equals(BusKind.LOCAL.label()) ? "local bus" : busKind) + " " + name;
        if (kind == Kind.HANDLER) {
            return bus + ", which has no handler; servers, local buses and chains have one";
        }
        String instead = busKind.equals(BusKind.CLIENT.label()) ? "a proxy with to=" : "one with from=";
        return bus + ", which runs no filters; chains and proxies do: configure " + instead + name
                + " and a name of its own, and let the target match that name";
    }
}
