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

/** Puts together, of what there is now, what transactions of a bus run through; or tells what is missing. */
final class PipelineResolver {

    private final PipelineParts parts;
    private final PipelineSpec plan;
    private final Codecs codecs;
    private MissingDependency lack;

    PipelineResolver(PipelineParts parts, Codecs codecs) {
        this.parts = parts;
        this.plan = parts.plan();
        this.codecs = codecs;
    }

    /** What is missing, if there is no line. */
    MissingDependency lack() {
        return lack;
    }

    /** The line, or null. Loads classes. */
    Pipeline build() {
        List<WhiteboardService<BusFilter<Object, Object>>> filters = parts.filters();
        WhiteboardService<RequestHandler<Object, Object>> handler = parts.handler();
        BusClient<Object, Object> behind = parts.behind();
        if (filters.size() < plan.minFilters()) {
            return missing(
                    MissingDependency.What.FILTER,
                    filters.size() + (filters.size() == 1 ? " filter matches" : " filters match")
                            + ", but minFilters requires " + plan.minFilters()
                            + "; install or start the bundle with a BusFilter service" + target());
        }
        if (handler == null && behind == null) {
            return plan.takesHandler()
                    ? missing(
                            MissingDependency.What.HANDLER,
                            "there is no handler; install or start the bundle with a RequestHandler service" + target())
                    : missing(MissingDependency.What.BUS, "the bus that it sends to is not there");
        }
        if (plan.requestType() == null) {
            return new Pipeline(plan, null, filters, handler, behind);
        }
        List<WhiteboardService<?>> services = new ArrayList<>(filters);
        if (handler != null) {
            services.add(handler);
        }
        XmlCodec<?> request = choose(plan.requestType(), parts.requests(), services);
        XmlCodec<?> response = request == null ? null : choose(plan.responseType(), parts.responses(), services);
        return response == null ? null : new Pipeline(plan, new CodecPair(request, response), filters, handler, behind);
    }

    private String target() {
        return " whose " + BusConstants.WHITEBOARD_TARGET + " matches (" + BusConstants.BUS_NAME + "=" + plan.name() + ")";
    }

    private Pipeline missing(MissingDependency.What what, String message) {
        lack = new MissingDependency(what, message);
        return null;
    }

    private XmlCodec<?> choose(String type, List<XmlCodec<?>> named, List<WhiteboardService<?>> services) {
        if (named.isEmpty()) {
            missing(MissingDependency.What.CODEC, MissingDependency.ofCodec(type).message() + "; there are codecs for " + codecs.typeNames());
            return null;
        }
        for (XmlCodec<?> codec : named) {
            if (services.stream().allMatch(part -> part.agreesOn(codec.type()))) {
                return codec;
            }
        }
        WhiteboardService<?> other = services.stream()
                .filter(part -> !part.agreesOn(named.get(0).type()))
                .findFirst()
                .orElse(services.get(0));
        missing(
                MissingDependency.What.SAME_CLASSES,
                other.describe() + " is wired to another revision of " + named.get(0).type().getName()
                        + " than the codec for " + type + " makes; refresh its bundle");
        return null;
    }
}
