package org.slimta.bus.impl.whiteboard;

import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlCodec;

/**
 * Why nothing can run now.
 *
 * @param what what is missing
 * @param message what is missing, and what would help
 */
public record MissingDependency(What what, String message) {

    /** What can be missing. */
    public enum What {
        /** A handler. */
        HANDLER(Reason.HANDLER),
        /** A filter that must be there. */
        FILTER(Reason.HANDLER),
        /** The bus behind. */
        BUS(Reason.CONNECT),
        /** A codec. */
        CODEC(Reason.NO_CODEC),
        /** Classes on which all agree. */
        SAME_CLASSES(Reason.CODEC),
        /** An end of the change that is under way. */
        CHANGE(Reason.HANDLER);

        private final Reason reason;

        What(Reason reason) {
            this.reason = reason;
        }
    }

    /**
     * There is no codec.
     *
     * @param type the name of its type
     * @return that it is missing
     */
    public static MissingDependency ofCodec(String type) {
        return new MissingDependency(
                What.CODEC,
                "there is no codec for " + type + "; install or start the bundle with an XmlCodec service with the property "
                        + XmlCodec.TYPE_PROPERTY + "=" + type);
    }

    /**
     * Tells whether all is there but the handler.
     *
     * @return whether that is so
     */
    public boolean isHandler() {
        return what == What.HANDLER;
    }

    Reason reason() {
        return what.reason;
    }
}
