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
final class LineBuilder {

    private final Parts parts;
    private final Plan plan;
    private final Codecs codecs;
    private Lack lack;

    LineBuilder(Parts parts, Codecs codecs) {
        this.parts = parts;
        this.plan = parts.plan();
        this.codecs = codecs;
    }

    /** What is missing, if there is no line. */
    Lack lack() {
        return lack;
    }

    /** The line, or null. Loads classes. */
    Line build() {
        List<Posting<BusFilter<Object, Object>>> filters = parts.filters();
        Posting<RequestHandler<Object, Object>> handler = parts.handler();
        BusClient<Object, Object> behind = parts.behind();
        if (filters.size() < plan.minFilters()) {
            return missing(
                    Lack.What.FILTER,
                    filters.size() + (filters.size() == 1 ? " filter matches" : " filters match")
                            + ", but minFilters requires " + plan.minFilters()
                            + "; install or start the bundle with a BusFilter service" + target());
        }
        if (handler == null && behind == null) {
            return plan.takesHandler()
                    ? missing(
                            Lack.What.HANDLER,
                            "there is no handler; install or start the bundle with a RequestHandler service" + target())
                    : missing(Lack.What.BUS, "the bus that it sends to is not there");
        }
        if (plan.requestType() == null) {
            return new Line(plan, null, filters, handler, behind);
        }
        List<Posting<?>> services = new ArrayList<>(filters);
        if (handler != null) {
            services.add(handler);
        }
        XmlCodec<?> request = choose(plan.requestType(), parts.requests(), services);
        XmlCodec<?> response = request == null ? null : choose(plan.responseType(), parts.responses(), services);
        return response == null ? null : new Line(plan, new CodecPair(request, response), filters, handler, behind);
    }

    private String target() {
        return " whose " + BusConstants.WHITEBOARD_TARGET + " matches (" + BusConstants.BUS_NAME + "=" + plan.name() + ")";
    }

    private Line missing(Lack.What what, String message) {
        lack = new Lack(what, message);
        return null;
    }

    private XmlCodec<?> choose(String type, List<XmlCodec<?>> named, List<Posting<?>> services) {
        if (named.isEmpty()) {
            missing(Lack.What.CODEC, Lack.ofCodec(type).message() + "; there are codecs for " + codecs.typeNames());
            return null;
        }
        for (XmlCodec<?> codec : named) {
            if (services.stream().allMatch(part -> part.agreesOn(codec.type()))) {
                return codec;
            }
        }
        Posting<?> other = services.stream()
                .filter(part -> !part.agreesOn(named.get(0).type()))
                .findFirst()
                .orElse(services.get(0));
        missing(
                Lack.What.SAME_CLASSES,
                other.describe() + " is wired to another revision of " + named.get(0).type().getName()
                        + " than the codec for " + type + " makes; refresh its bundle");
        return null;
    }
}
