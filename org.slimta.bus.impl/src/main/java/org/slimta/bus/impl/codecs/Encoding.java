package org.slimta.bus.impl.codecs;

import java.util.Iterator;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.OutgoingFrame;

/**
 * Writes objects into a frame, one after the other, as far as there are codecs for them. Used by one thread at a time.
 */
final class Encoding {

    private final CodecWait codecs;
    private final EnvelopeWriter writer;
    private final Iterator<?> values;
    private final XmlCodec<?> fallback;
    private Object current;

    /**
     * Creates an encoding that has written nothing.
     *
     * @param codecs the codecs
     * @param envelope the kind of the objects
     * @param headers the headers of the transaction
     * @param values the objects
     * @param fallback the codec for objects that it can write and no other codec can now, or null
     */
    Encoding(CodecWait codecs, Envelope envelope, Headers headers, List<?> values, XmlCodec<?> fallback) {
        this.codecs = codecs;
        this.writer = new EnvelopeWriter(envelope, headers);
        this.values = values.iterator();
        this.fallback = fallback;
    }

    /**
     * Writes up to the end, or up to an object that has no codec.
     *
     * @return the type whose codec is missing, or null if everything was written
     * @throws BusException with {@code CODEC}
     */
    PayloadType<?> advance() throws BusException {
        while (values.hasNext()) {
            current = values.next();
            XmlCodec<?> codec = find(current);
            if (codec == null) {
                return PayloadType.of(current.getClass());
            }
            write(current, codec, writer);
        }
        return null;
    }

    /**
     * Writes the object that had no codec.
     *
     * @param codec its codec
     * @throws BusException with {@code CODEC}
     */
    void writeCurrent(XmlCodec<?> codec) throws BusException {
        write(current, codec, writer);
    }

    /** Returns the frame when everything was written. */
    OutgoingFrame finish() {
        return writer.finish();
    }

    private XmlCodec<?> find(Object value) throws BusException {
        XmlCodec<?> codec = codecs.find(value.getClass());
        return codec == null && fallback != null && isOf(value, fallback) ? fallback : codec;
    }

    private static boolean isOf(Object value, XmlCodec<?> codec) throws BusException {
        try {
            return codec.type().isInstance(value);
        } catch (Throwable e) {
            throw CodecFailure.of(
                    "determine its type for", codec, value.getClass().getName(), e);
        }
    }

    private static <T> void write(Object value, XmlCodec<T> codec, EnvelopeWriter writer) throws BusException {
        try {
            codec.toXml(codec.type().cast(value), writer.xml(), writer.attachments());
            writer.endItem();
        } catch (Throwable e) {
            throw CodecFailure.of("write", codec, value.getClass().getName(), e);
        }
    }
}
