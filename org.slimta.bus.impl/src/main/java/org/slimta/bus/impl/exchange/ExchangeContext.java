package org.slimta.bus.impl.exchange;

import java.time.Duration;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.OutgoingFrame;

/**
 * The collaborators of all transactions of one client or server. Immutable: other options need another context.
 *
 * @param threads for deadlines, and for tasks that may take long
 * @param coder converts objects to frames and back
 * @param failures makes failures that name the bus
 * @param limits the limits of a frame
 * @param missingCodecTimeout how long a transaction waits for a codec that is missing
 */
public record ExchangeContext(
        Threads threads, ObjectCoder coder, Failures failures, FrameLimits limits, Duration missingCodecTimeout)
        implements AutoCloseable {

    /** Frames above this size, in bytes, are read piece by piece while they are sent. Source: the wire page, part B. */
    public static final int LARGE_FRAME_BYTES = 256 << 10;

    /**
     * Creates a context with its own encoder and decoder.
     *
     * @param threads for deadlines, and for tasks that may take long
     * @param codecs the codecs that are registered
     * @param failures makes failures that name the bus
     * @param limits the limits of a frame
     * @param missingCodecTimeout how long a transaction waits for a codec that is missing
     * @return the context
     */
    public static ExchangeContext of(
            Threads threads, Codecs codecs, Failures failures, FrameLimits limits, Duration missingCodecTimeout) {
        return new ExchangeContext(
                threads,
                new ObjectCoder(codecs, missingCodecTimeout, limits, threads),
                failures,
                limits,
                missingCodecTimeout);
    }

    /**
     * Returns a context with other options. Closing either of the two contexts ends the waits of both.
     *
     * @param newLimits the limits of a frame
     * @param newCodecTimeout how long a transaction waits for a codec that is missing
     * @return another context, or this one if nothing changes
     */
    public ExchangeContext with(FrameLimits newLimits, Duration newCodecTimeout) {
        return newLimits.equals(limits) && newCodecTimeout.equals(missingCodecTimeout)
                ? this
                : new ExchangeContext(
                        threads, coder.with(newCodecTimeout, newLimits), failures, newLimits, newCodecTimeout);
    }

    /**
     * Prepares a frame for sending. Attachments of a frame that is not large are read into memory, which may block.
     *
     * @param frame the frame
     * @return its bytes
     * @throws BusException with {@code TOO_LARGE} or {@code CODEC}
     */
    FrameEncoder encoder(OutgoingFrame frame) throws BusException {
        FrameEncoder encoder = new FrameEncoder(frame, limits);
        if (encoder.mayBlock() && encoder.size() <= LARGE_FRAME_BYTES) {
            encoder.load();
        }
        return encoder;
    }

    /** {@return the time of all deadlines, in nanoseconds} */
    public long now() {
        return threads.now();
    }

    /** Ends all waits for codecs. */
    @Override
    public void close() {
        coder.close();
    }
}
