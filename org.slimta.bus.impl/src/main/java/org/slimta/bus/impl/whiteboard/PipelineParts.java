package org.slimta.bus.impl.whiteboard;

import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.Codecs;

/**
 * The parts that are available for a pipeline at one moment, whether or not they fit together. Collecting them calls no
 * user code.
 *
 * @param spec what the bus requires
 * @param filters the matching filters in their order
 * @param handler the matching handler of the highest rank, or null
 * @param downstream the bus to send to; null if there is a handler, or that bus does not exist now
 * @param requestCodecs the codecs for its requests, the preferred first
 * @param responseCodecs the codecs for its responses, the preferred first
 */
record PipelineParts(
        PipelineSpec spec,
        List<WhiteboardService<BusFilter<Object, Object>>> filters,
        WhiteboardService<RequestHandler<Object, Object>> handler,
        BusClient<Object, Object> downstream,
        List<XmlCodec<?>> requestCodecs,
        List<XmlCodec<?>> responseCodecs) {

    static PipelineParts of(PipelineSpec spec, Whiteboard whiteboard, Codecs codecs) {
        WhiteboardService<RequestHandler<Object, Object>> handler = spec.acceptsHandler()
                ? whiteboard.handlers().matching(spec.properties()).stream()
                        .findFirst()
                        .orElse(null)
                : null;
        return new PipelineParts(
                spec,
                spec.acceptsFilters() ? whiteboard.filters().matching(spec.properties()) : List.of(),
                handler,
                handler == null && spec.downstream() != null
                        ? spec.downstream().client().get()
                        : null,
                spec.requestType() == null ? List.of() : codecs.named(spec.requestType()),
                spec.requestType() == null ? List.of() : codecs.named(spec.responseType()));
    }

    /** Whether both resolve to the same pipeline. */
    boolean areSameAs(PipelineParts other) {
        return other != null
                && spec == other.spec
                && filters.equals(other.filters)
                && (handler == null ? other.handler == null : handler.equals(other.handler))
                && downstream == other.downstream
                && areIdentical(requestCodecs, other.requestCodecs)
                && areIdentical(responseCodecs, other.responseCodecs);
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
