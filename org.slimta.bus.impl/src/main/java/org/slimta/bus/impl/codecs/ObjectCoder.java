package org.slimta.bus.impl.codecs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.text.BoundedCause;
import org.slimta.bus.impl.text.Excerpt;
import org.slimta.bus.impl.transaction.Threads;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeReader;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.Head;
import org.slimta.bus.impl.wire.HeadReader;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.xml.XmlReader;

/** Turns objects into frames and frames into objects, by the codecs that there are at that moment. Thread-safe. */
public final class ObjectCoder implements AutoCloseable {

    private final CodecWait codecs;
    private final EnvelopeReader reader;
    private final HeadReader heads;
    private final FrameLimits limits;

    /**
     * Makes a coder.
     *
     * @param codecs the codecs
     * @param codecTimeout how long a codec that is missing is waited for
     * @param limits the limits of the XML
     * @param threads for deadlines
     */
    public ObjectCoder(Codecs codecs, Duration codecTimeout, FrameLimits limits, Threads threads) {
        this.codecs = new CodecWait(codecs, codecTimeout, threads);
        XmlReader xml = new XmlReader(limits);
        this.reader = new EnvelopeReader(xml, limits);
        this.heads = new HeadReader(xml);
        this.limits = limits;
    }

    /**
     * Writes objects, each by the codec of its class. May wait for a codec.
     *
     * @param envelope what they are
     * @param values the objects
     * @param former the codec for what it can write and no other can now, or null
     * @return the frame
     * @throws BusException with {@code NO_CODEC}, {@code CODEC} or {@code TOO_LARGE}
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public OutgoingFrame encode(Envelope envelope, List<?> values, XmlCodec<?> former)
            throws BusException, InterruptedException {
        EnvelopeReader.checkItems(values.size(), limits);
        EnvelopeWriter writer = new EnvelopeWriter(envelope);
        for (Object value : values) {
            encode(value, codecFor(value, former), writer);
        }
        return writer.finish();
    }

    private XmlCodec<?> codecFor(Object value, XmlCodec<?> former) throws BusException, InterruptedException {
        XmlCodec<?> codec = codecs.find(value.getClass());
        if (codec != null) {
            return codec;
        }
        return former != null && former.type().isInstance(value) ? former : codecs.await(PayloadType.of(value.getClass()));
    }

    private static <T> void encode(Object value, XmlCodec<T> codec, EnvelopeWriter writer) throws BusException {
        try {
            codec.toXml(codec.type().cast(value), writer.xml(), writer.attachments());
            writer.endItem();
        } catch (Throwable e) {
            throw failure("write", codec, value.getClass().getName(), e);
        }
    }

    /**
     * Reads whom a frame is for.
     *
     * @param frame the frame
     * @return what its root says
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public Head readHead(Frame frame) throws BusException {
        return heads.read(frame);
    }

    /**
     * Reads whom a frame is for that was rejected, or whose head cannot be read.
     *
     * @param start the beginning of its XML, or all of it
     * @return what is known of its root, or null if that is not known
     */
    public Head readStart(byte[] start) {
        return heads.readStart(start);
    }

    /**
     * Finds a codec to read with.
     *
     * @param <T> the type
     * @param type the type
     * @return what reads with the codec that there is now, even if it leaves meanwhile; or null if there is none now
     */
    public <T> Decoder<T> decoderNow(PayloadType<T> type) {
        XmlCodec<?> codec = codecs.find(type);
        return codec == null ? null : decoder(type, codec);
    }

    /**
     * Completes when there is a codec for a type, or when the time to wait for it is over; then reading fails with
     * {@code NO_CODEC}. Parks no thread. The codec that was found is used even if it has left meanwhile.
     *
     * @param <T> the type
     * @param type the type
     * @return a future that does not fail
     */
    public <T> CompletableFuture<Decoder<T>> decoder(PayloadType<T> type) {
        return codecs.ready(type).thenApply(codec -> decoder(type, codec));
    }

    /**
     * Reads with a codec that was found before.
     *
     * @param <T> the type
     * @param type the type
     * @param codec the codec; null if there is none, then reading fails with {@code NO_CODEC}
     * @return what reads with it
     */
    public <T> Decoder<T> decoder(PayloadType<T> type, XmlCodec<?> codec) {
        return (envelope, frame, head) -> {
            List<XmlElement> items = reader.read(frame, head, envelope);
            if (codec == null && !items.isEmpty()) {
                throw codecs.missing(type);
            }
            return decode(items, frame, codec, type);
        };
    }

    /**
     * Reads objects of one type. Does not wait.
     *
     * @param <T> the type
     */
    @FunctionalInterface
    public interface Decoder<T> {

        /**
         * Reads objects.
         *
         * @param envelope what they are
         * @param frame the frame
         * @param head what its root says, or null if that was not read
         * @return the objects, without nulls, unmodifiable
         * @throws BusException with {@code MALFORMED}, {@code TOO_LARGE}, {@code NO_CODEC} or {@code CODEC}
         */
        List<T> decode(Envelope envelope, Frame frame, Head head) throws BusException;
    }

    /** Ends all waits for codecs. */
    @Override
    public void close() {
        codecs.close();
    }

    private static <T> List<T> decode(List<XmlElement> items, Frame frame, XmlCodec<?> codec, PayloadType<T> type)
            throws BusException {
        Attachments attachments = new Attachments();
        frame.attachments().forEach(attachments::add);
        List<T> values = new ArrayList<>(items.size());
        for (XmlElement item : items) {
            try {
                Object value = codec.fromXml(item, attachments);
                T read = type.cast(value, codec);
                if (read == null) {
                    throw new IllegalStateException("it made " + (value == null ? "null" : "a " + value.getClass().getName()));
                }
                values.add(read);
            } catch (Throwable e) {
                throw failure("read <" + Excerpt.of(item.name()) + "> as", codec, type.toString(), e);
            }
        }
        return List.copyOf(values);
    }

    private static BusException failure(String task, XmlCodec<?> codec, String type, Throwable cause) {
        Throwable bounded = BoundedCause.of(cause);
        String why = bounded.getMessage() == null ? bounded.toString() : bounded.getMessage();
        return new BusException(
                Reason.CODEC,
                "the codec " + codec.getClass().getName() + " could not " + task + " " + type + ": " + why,
                bounded);
    }
}
