package org.slimta.bus.impl.codecs;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.text.BoundedCause;

/** Makes the failures of codecs, which may throw anything, with messages of any length. */
final class CodecFailure {

    private CodecFailure() {}

    /**
     * Makes the failure of a codec that threw something.
     *
     * @param task what the codec could not do, for the message: write, or read something as
     * @param codec the codec
     * @param type the type of the object
     * @param thrown the exception
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
