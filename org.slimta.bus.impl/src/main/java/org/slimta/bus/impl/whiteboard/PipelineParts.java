package org.slimta.bus.impl.whiteboard;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.Codecs;

/**
 * What there is at one moment for a line of a bus, whether or not it fits together. Finding it calls no object of others.
 *
 * @param plan what the bus wants
 * @param filters those that match, the first first
 * @param handler the one that serves, or null
 * @param behind the bus behind, or null if there is none now, or a handler
 * @param requests the codecs for its requests, the preferred first
 * @param responses the codecs for its responses, the preferred first
 */
record PipelineParts(
        PipelineSpec plan,
        List<WhiteboardService<BusFilter<Object, Object>>> filters,
        WhiteboardService<RequestHandler<Object, Object>> handler,
        BusClient<Object, Object> behind,
        List<XmlCodec<?>> requests,
        List<XmlCodec<?>> responses) {

    static PipelineParts of(PipelineSpec plan, Whiteboard whiteboard, Codecs codecs) {
        WhiteboardService<RequestHandler<Object, Object>> handler = plan.takesHandler()
                ? whiteboard.handlers().matching(plan.properties()).stream().findFirst().orElse(null)
                : null;
        return new PipelineParts(
                plan,
                plan.takesFilters() ? whiteboard.filters().matching(plan.properties()) : List.of(),
                handler,
                handler == null && plan.behind() != null ? plan.behind().get() : null,
                plan.requestType() == null ? List.of() : codecs.named(plan.requestType()),
                plan.requestType() == null ? List.of() : codecs.named(plan.responseType()));
    }

    /** Whether the same line can be made of both. */
    boolean areSameAs(PipelineParts other) {
        return other != null
                && plan == other.plan
                && filters.equals(other.filters)
                && (handler == null ? other.handler == null : handler.equals(other.handler))
                && behind == other.behind
                && areIdentical(requests, other.requests)
                && areIdentical(responses, other.responses);
    }

    private static boolean areIdentical(List<XmlCodec<?>> some, List<XmlCodec<?>> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i) != others.get(i)) {
                return false;
            }
        }
        return true;
    }
}
