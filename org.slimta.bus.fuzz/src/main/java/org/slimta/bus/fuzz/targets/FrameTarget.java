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
 * Frames are put together from bytes. However the bytes are cut, the same comes of them; it takes no memory that has not
 * arrived; and what was read is written the same.
 */
public final class FrameTarget {

    private static final FrameLimits TIGHT =
            FrameLimits.builder().maxParts(5).maxPartSize(100).maxFrameSize(300).maxXmlSize(200).build();

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** How many bytes may be taken for each byte that arrived: it is collected, and copied once. */
    private static final int BYTES_FOR_ONE = 4;

    /** How many bytes the objects that hold one part may take. */
    private static final int BYTES_FOR_PART = 512;

    private static final int BYTES_AT_MOST_ALWAYS = 64 << 10;
    private static final int MOST_BYTE_BY_BYTE = 4096;

    private FrameTarget() {}

    /**
     * What came of some bytes.
     *
     * @param frames the parts of the frames
     * @param starts where in the bytes each frame begins
     * @param ends where it ends
     * @param failure the messages of the failures, or null
     * @param midFrame whether there was something left over
     * @param memory how many bytes were taken to read them
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
     * Tries some bytes.
     *
     * @param input the bytes, as they arrive
     */
    public static void fuzzerTestOneInput(byte[] input) {
        tryWith(input, FrameLimits.defaults());
        tryWith(input, TIGHT);
    }

    private static void tryWith(byte[] input, FrameLimits limits) {
        Decoded whole = decode(input, limits, rest -> rest);
        checkMemory(whole, input, limits, rest -> rest);
        checkCut(whole, input, limits, randomCuts(input));
        if (input.length <= MOST_BYTE_BY_BYTE) {
            checkCut(whole, input, limits, rest -> 1);
        }
        int rest = 0;
        for (int i = 0; i < whole.frames.size(); i++) {
            byte[] frame = Arrays.copyOfRange(input, whole.starts.get(i), whole.ends.get(i));
            checkWrittenTheSame(whole.frames.get(i), frame, limits);
            rest = whole.ends.get(i);
        }
        if (whole.failure == null) {
            Broken.unlessSame(rest < input.length, whole.midFrame, "whether it is mid-frame");
        }
    }

    /** The same bytes are always cut the same way. */
    private static IntUnaryOperator randomCuts(byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        return rest -> Math.min(rest, 1 + random.nextInt(1 << random.nextInt(14)));
    }

    private static void checkCut(Decoded whole, byte[] input, FrameLimits limits, IntUnaryOperator cuts) {
        Decoded cut = decode(input, limits, cuts);
        Broken.unless(whole.isSame(cut), () -> "it depends on how the bytes are cut\nwhole: " + whole + "\ncut:   " + cut);
    }

    /** Takes the least of some rounds: in the first classes are loaded. */
    private static void checkMemory(Decoded decoded, byte[] input, FrameLimits limits, IntUnaryOperator cuts) {
        int parts = input.length / Integer.BYTES + 1;
        long most = (long) BYTES_FOR_ONE * input.length + (long) BYTES_FOR_PART * parts + BYTES_AT_MOST_ALWAYS;
        long memory = decoded.memory;
        for (int round = 0; memory > most && round < 3; round++) {
            memory = Math.min(memory, decode(input, limits, cuts).memory);
        }
        long least = memory;
        Broken.unless(least <= most, () -> input.length + " bytes took " + least + " bytes of memory, more than " + most);
    }

    private static Decoded decode(byte[] input, FrameLimits limits, IntUnaryOperator cuts) {
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
            bytes.limit(bytes.position() + cuts.applyAsInt(input.length - bytes.position()));
            boolean more = true;
            while (more && !ended) {
                int before = bytes.position();
                try {
                    Frame frame = decoder.decode(bytes);
                    boolean moved = bytes.position() > before || !bytes.hasRemaining();
                    Broken.unless(moved, () -> "it wants more and has not read what there is");
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

    private static void checkWrittenTheSame(List<ByteBuffer> parts, byte[] bytes, FrameLimits limits) {
        Frame frame;
        try {
            frame = Wire.decodeOne(bytes);
        } catch (BusException e) {
            throw new IllegalStateException("a part of what was read before", e);
        }
        Broken.unlessSame(parts, Wire.parts(frame), "a frame alone and among others");
        try {
            byte[] written = Wire.encode(
                    new OutgoingFrame(Envelope.REQUESTS, frame.xml(), frame.attachments()), RootAttributes.NONE, limits);
            Broken.unlessSame(ByteBuffer.wrap(bytes), ByteBuffer.wrap(written), "what is written again");
        } catch (BusException e) {
            // To be read it may be larger by the attributes of its root.
            long size = parts.stream().mapToLong(ByteBuffer::remaining).sum();
            boolean larger = frame.xml().length > limits.maxXmlSize() || size > limits.maxFrameSize();
            Broken.unless(e.reason() == Reason.TOO_LARGE && larger, e::toString);
        }
    }
}
