package org.slimta.bus.fuzz.targets;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RejectedFrameException;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * Bytes are decoded to frames. The result does not depend on how the bytes are split; no memory is allocated for bytes
 * that have not arrived; and a frame that was read is written with the same bytes.
 */
public final class FrameTarget {

    private static final FrameLimits TIGHT = FrameLimits.builder()
            .maxParts(5)
            .maxPartSize(100)
            .maxFrameSize(300)
            .maxXmlSize(200)
            .build();

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The bytes that may be allocated for each byte that arrived: it is collected, and copied once. */
    private static final int BYTES_PER_BYTE = 4;

    /** The bytes that may be allocated for the objects of one part. */
    private static final int BYTES_PER_PART = 512;

    private static final int CONSTANT_BYTES = 64 << 10;
    private static final int MAX_SINGLE_BYTES = 4096;

    private FrameTarget() {}

    /**
     * The result of decoding bytes.
     *
     * @param frames the parts of the frames
     * @param starts the position of the start of each frame
     * @param ends the position of the end of each frame
     * @param failure the messages of the failures, or null
     * @param midFrame whether an incomplete frame remained
     * @param memory the number of bytes that were allocated
     */
    private record Decoded(
            List<List<ByteBuffer>> frames,
            List<Integer> starts,
            List<Integer> ends,
            String failure,
            boolean midFrame,
            long memory) {

        boolean isSame(Decoded other) {
            return frames.equals(other.frames)
                    && starts.equals(other.starts)
                    && ends.equals(other.ends)
                    && midFrame == other.midFrame
                    && String.valueOf(failure).equals(String.valueOf(other.failure));
        }
    }

    /**
     * Tests one input.
     *
     * @param input the bytes as they arrive
     */
    public static void fuzzerTestOneInput(byte[] input) {
        check(input, FrameLimits.defaults());
        check(input, TIGHT);
    }

    private static void check(byte[] input, FrameLimits limits) {
        Decoded whole = decode(input, limits, rest -> rest);
        checkMemory(whole, input, limits, rest -> rest);
        checkSplit(whole, input, limits, randomSplits(input));
        if (input.length <= MAX_SINGLE_BYTES) {
            checkSplit(whole, input, limits, rest -> 1);
        }
        int rest = 0;
        for (int i = 0; i < whole.frames.size(); i++) {
            byte[] frame = Arrays.copyOfRange(input, whole.starts.get(i), whole.ends.get(i));
            checkWritten(whole.frames.get(i), frame, limits);
            rest = whole.ends.get(i);
        }
        if (whole.failure == null) {
            Broken.unlessSame(rest < input.length, whole.midFrame, "whether an incomplete frame remained");
        }
    }

    /** Splits the same bytes always in the same way. */
    private static IntUnaryOperator randomSplits(byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        return rest -> Math.min(rest, 1 + random.nextInt(1 << random.nextInt(14)));
    }

    private static void checkSplit(Decoded whole, byte[] input, FrameLimits limits, IntUnaryOperator splits) {
        Decoded split = decode(input, limits, splits);
        Broken.unless(
                whole.isSame(split),
                () -> "the result depends on how the bytes are split\nwhole: " + whole + "\nsplit: " + split);
    }

    /** Uses the minimum of some rounds: in the first one classes are loaded. */
    private static void checkMemory(Decoded decoded, byte[] input, FrameLimits limits, IntUnaryOperator splits) {
        int parts = input.length / Integer.BYTES + 1;
        long max = (long) BYTES_PER_BYTE * input.length + (long) BYTES_PER_PART * parts + CONSTANT_BYTES;
        long memory = decoded.memory;
        for (int round = 0; memory > max && round < 3; round++) {
            memory = Math.min(memory, decode(input, limits, splits).memory);
        }
        long least = memory;
        Broken.unless(
                least <= max, () -> least + " bytes were allocated for " + input.length + " bytes, more than " + max);
    }

    private static Decoded decode(byte[] input, FrameLimits limits, IntUnaryOperator splits) {
        List<Frame> frames = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        String failure = null;
        boolean ended = false;
        int start = 0;
        long memoryBefore = MEMORY.getCurrentThreadAllocatedBytes();
        FrameDecoder decoder = new FrameDecoder(limits);
        ByteBuffer bytes = ByteBuffer.wrap(input);
        while (bytes.position() < input.length && !ended) {
            bytes.limit(bytes.position() + splits.applyAsInt(input.length - bytes.position()));
            boolean more = true;
            while (more && !ended) {
                int before = bytes.position();
                try {
                    Frame frame = decoder.decode(bytes);
                    boolean moved = bytes.position() > before || !bytes.hasRemaining();
                    Broken.unless(moved, () -> "the decoder asks for more bytes but has not read all that arrived");
                    if (frame != null) {
                        frames.add(frame);
                        starts.add(start);
                        ends.add(bytes.position());
                    }
                    start = decoder.isMidFrame() ? start : bytes.position();
                    more = bytes.hasRemaining();
                } catch (BusException e) {
                    Broken.unless(e.reason() == Reason.MALFORMED || e.reason() == Reason.TOO_LARGE, e::toString);
                    failure = (failure == null ? "" : failure + "; ") + e.getMessage();
                    ended = !(e instanceof RejectedFrameException rejected && rejected.isSkipped());
                    start = decoder.isMidFrame() ? start : bytes.position();
                }
            }
        }
        long memory = MEMORY.getCurrentThreadAllocatedBytes() - memoryBefore;
        boolean midFrame = !ended && decoder.isMidFrame();
        return new Decoded(frames.stream().map(Wire::parts).toList(), starts, ends, failure, midFrame, memory);
    }

    private static void checkWritten(List<ByteBuffer> parts, byte[] bytes, FrameLimits limits) {
        Frame frame;
        try {
            frame = Wire.decodeOne(bytes);
        } catch (BusException e) {
            throw new IllegalStateException("a frame that was read before among others", e);
        }
        Broken.unlessSame(parts, Wire.parts(frame), "a frame read alone and among others");
        try {
            byte[] written = Wire.encode(
                    new OutgoingFrame(Envelope.REQUESTS, frame.xml(), frame.attachments()),
                    RootAttributes.NONE,
                    limits);
            Broken.unlessSame(ByteBuffer.wrap(bytes), ByteBuffer.wrap(written), "the bytes written again");
        } catch (BusException e) {
            // A frame that is read may be larger by the attributes of its root.
            long size = parts.stream().mapToLong(ByteBuffer::remaining).sum();
            boolean larger = frame.xml().length > limits.maxXmlSize() || size > limits.maxFrameSize();
            Broken.unless(e.reason() == Reason.TOO_LARGE && larger, e::toString);
        }
    }
}
