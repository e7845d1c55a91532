package org.slimta.bus.impl.whiteboard;

import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.transaction.CodecPair;

/** Makes a pipeline of the available parts, or determines what is missing. Not thread-safe. */
final class PipelineResolver {

    private final PipelineParts parts;
    private final PipelineSpec spec;
    private final Codecs codecs;
    private MissingDependency missing;

    PipelineResolver(PipelineParts parts, Codecs codecs) {
        this.parts = parts;
        this.spec = parts.spec();
        this.codecs = codecs;
    }

    /** {@return what is missing, if {@link #resolve} has returned null} */
    MissingDependency missing() {
        return missing;
    }

    /** Loads classes, which may block. {@return the pipeline, or null if something is missing} */
    Pipeline resolve() {
        List<WhiteboardService<BusFilter<Object, Object>>> filters = parts.filters();
        WhiteboardService<RequestHandler<Object, Object>> handler = parts.handler();
        BusClient<Object, Object> downstream = parts.downstream();
        if (filters.size() < spec.minFilters()) {
            return fail(
                    MissingDependency.What.FILTER,
                    filters.size() + (filters.size() == 1 ? " filter matches" : " filters match")
                            + ", but minFilters requires " + spec.minFilters()
                            + "; install or start the bundle with a BusFilter service" + whoseTargetMatches());
        }
        if (handler == null && downstream == null) {
            if (!spec.acceptsHandler()) {
                missing = new MissingDependency(
                        MissingDependency.What.BUS, spec.downstream().absence());
                return null;
            }
            return fail(
                    MissingDependency.What.HANDLER,
                    "there is no handler; install or start the bundle with a RequestHandler service"
                            + whoseTargetMatches());
        }
        if (spec.requestType() == null) {
            return new Pipeline(spec, null, filters, handler, downstream);
        }
        List<WhiteboardService<?>> services = new ArrayList<>(filters);
        if (handler != null) {
            services.add(handler);
        }
        XmlCodec<?> request = choose(spec.requestType(), parts.requestCodecs(), services);
        XmlCodec<?> response = request == null ? null : choose(spec.responseType(), parts.responseCodecs(), services);
        return response == null
                ? null
                : new Pipeline(spec, new CodecPair(request, response), filters, handler, downstream);
    }

    private String whoseTargetMatches() {
        return " whose " + BusConstants.WHITEBOARD_TARGET + " matches (" + BusConstants.BUS_NAME + "=" + spec.name()
                + ")";
    }

    private Pipeline fail(MissingDependency.What what, String message) {
        missing = new MissingDependency(what, message);
        return null;
    }

    /** The first codec whose class all services share, or null. */
    private XmlCodec<?> choose(String type, List<XmlCodec<?>> named, List<WhiteboardService<?>> services) {
        if (named.isEmpty()) {
            fail(
                    MissingDependency.What.CODEC,
                    MissingDependency.ofCodec(type).message() + "; there are codecs for " + codecs.typeNames());
            return null;
        }
        for (XmlCodec<?> codec : named) {
            if (services.stream().allMatch(service -> service.agreesOn(codec.type()))) {
                return codec;
            }
        }
        WhiteboardService<?> other = services.stream()
                .filter(service -> !service.agreesOn(named.get(0).type()))
                .findFirst()
                .orElse(services.get(0));
        fail(
                MissingDependency.What.SAME_CLASSES,
                other.describe() + " is wired to another revision of "
                        + named.get(0).type().getName() + " than the codec for " + type
                        + "; refresh the bundle of the former");
        return null;
    }
}
