package org.slimta.bus.fuzz.targets;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * Documents grow. The cost of reading one grows no faster, with the default limits and with nearly no limits; and no
 * message is long.
 */
public final class GrowthTarget {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int SMALL_BYTES = 32 << 10;
    private static final int STEP = 4;

    /** The maximum growth of the cost; a quadratic cost grows by 16. */
    private static final int MAX_GROWTH = 8;

    /** A cost below this is not examined: other influences may be larger. */
    private static final long NEGLIGIBLE_NANOS = 20_000_000;

    private static final int MAX_ROUNDS = 7;
    private static final int MAX_MESSAGE_CHARACTERS = 1000;

    private GrowthTarget() {}

    /**
     * Tests a document that grows.
     *
     * @param input the sketch of a {@link GrowingDocument}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        GrowingDocument document = new GrowingDocument(input);
        if (document.grows()) {
            check(document, Documents.DEFAULT);
            check(document, Documents.WIDE);
        }
    }

    /**
     * Repeats only suspicious measurements: in the first ones classes are loaded, and other load may disturb any of
     * them.
     */
    private static void check(GrowingDocument document, Documents documents) {
        byte[] xml = document.ofSize(STEP * SMALL_BYTES);
        long cost = cost(xml, documents);
        if (cost > NEGLIGIBLE_NANOS) {
            long small = leastCost(document.ofSize(SMALL_BYTES), documents, cost / MAX_GROWTH);
            long max = Math.max(NEGLIGIBLE_NANOS, MAX_GROWTH * small);
            long large = cost > max ? leastCost(xml, documents, max) : cost;
            Broken.unless(
                    large <= max,
                    () -> "four times the size takes " + large / 1000 + " us, the single size " + small / 1000 + " us");
        }
    }

    private static long leastCost(byte[] xml, Documents documents, long enough) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < MAX_ROUNDS && least > enough; i++) {
            least = Math.min(least, cost(xml, documents));
        }
        return least;
    }

    private static long cost(byte[] xml, Documents documents) {
        long start = THREADS.getCurrentThreadCpuTime();
        read(xml, documents);
        return THREADS.getCurrentThreadCpuTime() - start;
    }

    private static void read(byte[] xml, Documents documents) {
        Frame frame = new Frame(xml, List.of());
        try {
            FrameHeader header = documents.headers().read(frame);
            Envelope expected = header.envelope() == Envelope.RESPONSES ? Envelope.RESPONSES : Envelope.REQUESTS;
            documents.envelopes().read(frame, header, expected);
        } catch (BusException e) {
            int length = e.getMessage().length();
            Broken.unless(length <= MAX_MESSAGE_CHARACTERS, () -> "a message of " + length + " characters");
        }
    }
}
