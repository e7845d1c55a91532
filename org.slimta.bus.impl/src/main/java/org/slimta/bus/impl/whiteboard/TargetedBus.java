package org.slimta.bus.impl.whiteboard;

import java.util.Map;
import java.util.Set;
import org.slimta.bus.impl.status.Rejections.Kind;

/**
 * A configured bus as the targets of services see it.
 *
 * @param busKind what it is, {@code server} and so on
 * @param name its name
 * @param properties what targets are matched with
 * @param takes what it has a use for: handlers, filters, both or neither
 */
public record TargetedBus(String busKind, String name, Map<String, Object> properties, Set<Kind> takes) {

    /** Why services of a kind are nothing for it, and what would be right. */
    String explain(Kind kind) {
        String bus = "the " + busKind + " " + name;
        if (kind == Kind.HANDLER) {
            return bus + ", which has no handler; servers, local buses and chains have one";
        }
        String instead = busKind.equals("client") ? "make a proxy with to=" + name : "make one with from=" + name;
        return bus + ", through which no filters run; chains and proxies have filters: " + instead
                + " and a name of its own, and let the target match that";
    }
}
