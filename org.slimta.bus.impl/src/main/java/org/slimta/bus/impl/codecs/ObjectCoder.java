package org.slimta.bus.impl.codecs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlCodec;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.text.Excerpt;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeReader;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.FrameHeaderReader;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.xml.XmlReader;

/**
 * Converts objects to frames and frames to objects, with the codecs that are registered at that moment. Thread-safe.
 */
public final class ObjectCoder implements AutoCloseable {

    private final CodecWait codecs;
    private final EnvelopeReader reader;
    private final FrameHeaderReader headers;
    private final FrameLimits limits;

    /**
     * Creates a coder.
     *
     * @param codecs the codecs
     * @param missingCodecTimeout how long to wait for a missing codec
     * @param limits the limits of the XML
     * @param threads for deadlines
     */
    public ObjectCoder(Codecs codecs, Duration missingCodecTimeout, FrameLimits limits, Threads threads) {
        this(new CodecWait(codecs, missingCodecTimeout, threads), limits);
    }

    private ObjectCoder(CodecWait codecs, FrameLimits limits) {
        this.codecs = codecs;
        XmlReader xml = new XmlReader(limits);
        this.reader = new EnvelopeReader(xml, limits);
        this.headers = new FrameHeaderReader(xml);
        this.limits = limits;
    }

    /**
     * Returns a coder with other options. Closing either of the two ends the waits of both.
     *
     * @param missingCodecTimeout how long to wait for a missing codec
     * @param newLimits the limits of the XML
     * @return another coder
     */
    public ObjectCoder with(Duration missingCodecTimeout, FrameLimits newLimits) {
        return new ObjectCoder(codecs.with(missingCodecTimeout), newLimits);
    }

    /**
     * Writes objects, each with the codec of its class. May wait for a codec.
     *
     * @param envelope the kind of the objects
     * @param headers the headers of the transaction
     * @param values the objects
     * @param fallback the codec for objects that it can write and no other codec can now, or null
     * @return the frame
     * @throws BusException with {@code NO_CODEC}, {@code CODEC} or {@code TOO_LARGE}
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public OutgoingFrame encode(Envelope envelope, Headers headers, List<?> values, XmlCodec<?> fallback)
            throws BusException, InterruptedException {
        Encoding encoding = newEncoding(envelope, headers, values, fallback);
        PayloadType<?> missing = encoding.advance();
        if (missing != null) {
            long deadline = codecs.deadline();
            do {
                encoding.writeCurrent(codecs.await(missing, deadline));
                missing = encoding.advance();
            } while (missing != null);
        }
        return encoding.finish();
    }

    /**
     * Writes objects, each with the codec of its class, without waiting: a missing codec is a failure.
     *
     * @param envelope the kind of the objects
     * @param headers the headers of the transaction
     * @param values the objects
     * @param fallback the codec for objects that it can write and no other codec can now, or null
     * @return the frame
     * @throws BusException with {@code NO_CODEC}, {@code CODEC} or {@code TOO_LARGE}
     */
    public OutgoingFrame encodeNow(Envelope envelope, Headers headers, List<?> values, XmlCodec<?> fallback)
            throws BusException {
        Encoding encoding = newEncoding(envelope, headers, values, fallback);
        PayloadType<?> missing = encoding.advance();
        if (missing != null) {
            throw codecs.missingNow(missing);
        }
        return encoding.finish();
    }

    /**
     * Writes objects, each with the codec of its class, and blocks no thread while a codec is missing. The calling
     * thread writes the objects that have codecs; if that is all, the returned future is complete. Otherwise the
     * executor writes the rest when the codecs are registered, and completes the future, also with a failure. The time
     * to wait for codecs is that of {@link #encode}, for all of them together. Cancelling the future ends the wait;
     * then nothing more is written.
     *
     * @param envelope the kind of the objects
     * @param headers the headers of the transaction
     * @param values the objects; must not change before the future is complete
     * @param fallback the codec for objects that it can write and no other codec can now, or null
     * @param executor runs codecs that were waited for, and dependents of the future; must not run a task on the thread
     *     that submits it. If it rejects a task, the future fails on that thread.
     * @return the frame; or a {@link BusException} with {@code NO_CODEC}, {@code CODEC} or {@code TOO_LARGE}
     */
    public CompletableFuture<OutgoingFrame> encodeAsync(
            Envelope envelope, Headers headers, List<?> values, XmlCodec<?> fallback, Executor executor) {
        try {
            return new LateEncoding(codecs, newEncoding(envelope, headers, values, fallback), executor).start();
        } catch (BusException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Encoding newEncoding(Envelope envelope, Headers headers, List<?> values, XmlCodec<?> fallback)
            throws BusException {
        EnvelopeReader.checkItems(values.size(), limits);
        EnvelopeWriter.checkHeaders(headers, limits);
        return new Encoding(codecs, envelope, headers, values, fallback);
    }

    /**
     * Reads the header of a frame.
     *
     * @param frame the frame
     * @return the attributes of its root element
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public FrameHeader readHeader(Frame frame) throws BusException {
        return headers.read(frame);
    }

    /**
     * Reads the header of a frame that was rejected, or whose header cannot be read completely.
     *
     * @param start the beginning of its XML, or all of it
     * @return what is known of its root element, or null if nothing is known
     */
    public FrameHeader readStart(byte[] start) {
        return headers.readStart(start);
    }

    /**
     * Finds a decoder.
     *
     * @param <T> the type
     * @param type the type
     * @return a decoder with the codec that is registered now, which it uses even after the codec has left; null if
     *     there is none
     */
    public <T> Decoder<T> decoderNow(PayloadType<T> type) {
        XmlCodec<?> codec = codecs.find(type);
        return codec == null ? null : decoder(type, codec);
    }

    /**
     * Finds a decoder for the responses to requests that are about to be sent. Waits for the codec of a named type, which
     * may be being replaced: if it does not come, nothing was processed in vain.
     *
     * @param <T> the type
     * @param type the type
     * @return a decoder, as of {@link #decoderNow}; null if the type is a class and has no codec now
     * @throws BusException with {@code NO_CODEC}
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public <T> Decoder<T> awaitDecoder(PayloadType<T> type) throws BusException, InterruptedException {
        XmlCodec<?> codec = codecs.find(type);
        if (codec == null && type.objectClass() == null) {
            codec = codecs.await(type, codecs.deadline());
        }
        return codec == null ? null : decoder(type, codec);
    }

    /**
     * Completes when a codec for a type is registered, or when the time to wait for it is over; in the latter case
     * decoding fails with {@code NO_CODEC}. Blocks no thread. The codec that was found is used even after it has left.
     * The future completes on the thread that registers the codec, or on the timer, so dependents must not block or run
     * code of users: for those use {@link #decoderAsync}.
     *
     * @param <T> the type
     * @param type the type
     * @return a future that does not fail
     */
    public <T> CompletableFuture<Decoder<T>> decoder(PayloadType<T> type) {
        return codecs.ready(type).thenApply(codec -> decoder(type, codec));
    }

    /**
     * Completes like {@link #decoder(PayloadType)}, but on an executor, unless the codec is already registered: then
     * the returned future is complete. Cancelling the future ends the wait.
     *
     * @param <T> the type
     * @param type the type
     * @param executor runs dependents of the future; must not run a task on the thread that submits it. If it rejects a
     *     task, the future completes on that thread.
     * @return a future that does not fail, unless it is cancelled
     */
    public <T> CompletableFuture<Decoder<T>> decoderAsync(PayloadType<T> type, Executor executor) {
        CompletableFuture<XmlCodec<?>> found = codecs.ready(type);
        if (found.isDone()) {
            return CompletableFuture.completedFuture(decoder(type, found.join()));
        }
        CompletableFuture<Decoder<T>> decoder = new CompletableFuture<>();
        decoder.whenComplete((reading, cancelled) -> found.cancel(false)); // It is no longer wanted.
        found.whenComplete((codec, cancelled) -> {
            if (cancelled == null) {
                Runnable complete = () -> decoder.complete(decoder(type, codec));
                try {
                    executor.execute(complete);
                } catch (RejectedExecutionException e) {
                    complete.run();
                }
            }
        });
        return decoder;
    }

    /**
     * Makes a decoder with a codec that was found before.
     *
     * @param <T> the type
     * @param type the type
     * @param codec the codec; null if there is none, then decoding fails with {@code NO_CODEC}
     * @return the decoder
     */
    public <T> Decoder<T> decoder(PayloadType<T> type, XmlCodec<?> codec) {
        return (envelope, frame, header) -> {
            List<XmlElement> items = reader.read(frame, header, envelope);
            if (codec == null && !items.isEmpty()) {
                throw codecs.missing(type);
            }
            return decode(items, frame, codec, type);
        };
    }

    /**
     * Decodes objects of one type. Does not wait.
     *
     * @param <T> the type
     */
    @FunctionalInterface
    public interface Decoder<T> {

        /**
         * Decodes objects.
         *
         * @param envelope the kind of the objects
         * @param frame the frame
         * @param header the header of the frame, or null if it was not read
         * @return the objects, without nulls, unmodifiable
         * @throws BusException with {@code MALFORMED}, {@code TOO_LARGE}, {@code NO_CODEC} or {@code CODEC}
         */
        List<T> decode(Envelope envelope, Frame frame, FrameHeader header) throws BusException;
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
                    throw new IllegalStateException("fromXml() returned "
                            + (value == null ? "null" : "a " + value.getClass().getName()));
                }
                values.add(read);
            } catch (Throwable e) {
                throw CodecFailure.of("read <" + Excerpt.of(item.name()) + "> as", codec, type.toString(), e);
            }
        }
        return List.copyOf(values);
    }
}
