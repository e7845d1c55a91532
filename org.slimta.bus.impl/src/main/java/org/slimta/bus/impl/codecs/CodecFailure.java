package org.slimta.bus.impl.codecs;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.text.BoundedCause;

/** The failures of codecs, which may say anything at any length. */
final class CodecFailure {

    private CodecFailure() {}

    /**
     * A codec threw something.
     *
     * @param task what it could not do: write or read something as
     * @param codec the codec
     * @param type the type of the object
     * @param thrown what it threw
     * @return the failure, with {@code CODEC}
     */
    static BusException of(String task, XmlCodec<?> codec, String type, Throwable thrown) {
        Throwable cause = BoundedCause.of(thrown);
        String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new BusException(
                Reason.CODEC,
                "the codec " + codec.getClass().getName() + " could not " + task + " " + type + ": " + why,
                cause);
    }
}
