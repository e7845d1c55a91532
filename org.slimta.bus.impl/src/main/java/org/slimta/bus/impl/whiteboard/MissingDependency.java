package org.slimta.bus.impl.whiteboard;

import java.util.function.Supplier;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlCodec;

/**
 * Why no transaction can run now.
 *
 * @param what the kind of dependency that is missing
 * @param text supplies what is missing at the moment, and what to do about it
 */
public record MissingDependency(What what, Supplier<String> text) {

    /** The kinds of dependencies. Each has the reason of the transactions that fail because it is missing. */
    public enum What {
        /** A handler. */
        HANDLER(Reason.HANDLER),
        /** A filter: fewer match than the bus requires. */
        FILTER(Reason.HANDLER),
        /** The bus to send to. */
        BUS(Reason.CONNECT),
        /** A codec. */
        CODEC(Reason.NO_CODEC),
        /** The same revision of a type in all bundles that take part. */
        SAME_CLASSES(Reason.CODEC),
        /** The result of resolving the pipeline, which is under way or has failed. */
        RESOLUTION(Reason.HANDLER);

        private final Reason reason;

        What(Reason reason) {
            this.reason = reason;
        }
    }

    MissingDependency(What what, String message) {
        this(what, () -> message);
    }

    /** {@return what is missing, and what to do about it} */
    public String message() {
        return text.get();
    }

    /**
     * A missing codec.
     *
     * @param type the name of its type
     * @return the missing dependency, with a message that says how to provide the codec
     */
    public static MissingDependency ofCodec(String type) {
        return new MissingDependency(
                What.CODEC,
                "there is no codec for " + type
                        + "; install or start the bundle with an XmlCodec service with the property "
                        + XmlCodec.TYPE_PROPERTY + "=" + type);
    }

    /** {@return whether only the handler is missing} */
    public boolean isHandler() {
        return what == What.HANDLER;
    }

    Reason reason() {
        return what.reason;
    }
}
