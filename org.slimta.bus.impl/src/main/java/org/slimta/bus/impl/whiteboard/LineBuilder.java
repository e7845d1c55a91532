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

    private final Plan plan;
    private final Whiteboard whiteboard;
    private final Codecs codecs;
    private Lack lack;

    LineBuilder(Plan plan, Whiteboard whiteboard, Codecs codecs) {
        this.plan = plan;
        this.whiteboard = whiteboard;
        this.codecs = codecs;
    }

    /** What is missing, if there is no line. */
    Lack lack() {
        return lack;
    }

    /** The line, or null. */
    Line build() {
        List<Posting<BusFilter<Object, Object>>> filters =
                plan.takesFilters() ? whiteboard.filters().matching(plan.properties()) : List.of();
        Posting<RequestHandler<Object, Object>> handler = plan.takesHandler()
                ? whiteboard.handlers().matching(plan.properties()).stream().findFirst().orElse(null)
                : null;
        BusClient<Object, Object> behind = handler == null && plan.behind() != null ? plan.behind().get() : null;
        if (filters.size() < plan.minimumFilters()) {
            return missing(
                    Lack.What.FILTER,
                    "there are " + filters.size() + " filters, and must be " + plan.minimumFilters() + " (minimumFilters)"
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
        List<Posting<?>> parts = new ArrayList<>(filters);
        if (handler != null) {
            parts.add(handler);
        }
        XmlCodec<?> request = choose(plan.requestType(), parts);
        XmlCodec<?> response = request == null ? null : choose(plan.responseType(), parts);
        return response == null ? null : new Line(plan, new CodecPair(request, response), filters, handler, behind);
    }

    private String target() {
        return " whose " + BusConstants.WHITEBOARD_TARGET + " matches (" + BusConstants.BUS_NAME + "=" + plan.name() + ")";
    }

    private Line missing(Lack.What what, String message) {
        lack = new Lack(what, message);
        return null;
    }

    private XmlCodec<?> choose(String type, List<Posting<?>> parts) {
        List<XmlCodec<?>> named = codecs.named(type);
        if (named.isEmpty()) {
            missing(Lack.What.CODEC, Lack.ofCodec(type).message() + "; there are codecs for " + codecs.typeNames());
            return null;
        }
        for (XmlCodec<?> codec : named) {
            if (parts.stream().allMatch(part -> part.agreesOn(codec.type()))) {
                return codec;
            }
        }
        Posting<?> other = parts.stream()
                .filter(part -> !part.agreesOn(named.get(0).type()))
                .findFirst()
                .orElse(parts.get(0));
        missing(
                Lack.What.SAME_CLASSES,
                other.describe() + " is wired to another revision of " + named.get(0).type().getName()
                        + " than the codec for " + type + " makes; refresh its bundle");
        return null;
    }
}
