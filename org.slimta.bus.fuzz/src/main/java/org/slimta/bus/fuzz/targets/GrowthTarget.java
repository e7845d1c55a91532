package org.slimta.bus.fuzz.targets;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;

/**
 * Documents grow. What it costs to read one grows no faster, with the usual limits and nearly without any; and no message is
 * long.
 */
public final class GrowthTarget {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int SMALL_SIZE = 32 << 10;
    private static final int STEP = 4;

    /** What is quadratic grows sixteenfold. */
    private static final int MOST_GROWTH = 8;

    /** In nanoseconds: what takes less is not looked at, as it is so fast that anything else may count for more. */
    private static final long NEGLIGIBLE = 20_000_000;

    private static final int TRIES = 7;
    private static final int LONGEST_MESSAGE = 1000;

    private GrowthTarget() {}

    /**
     * Tries a document that grows.
     *
     * @param input a sketch of it
     */
    public static void fuzzerTestOneInput(byte[] input) {
        GrowingDocument document = new GrowingDocument(input);
        if (document.grows()) {
            check(document, Documents.USUAL);
            check(document, Documents.WIDE);
        }
    }

    /** Tries again only where it looks bad: in the first tries classes are loaded, and other load may disturb any. */
    private static void check(GrowingDocument document, Documents documents) {
        byte[] xml = document.ofSize(STEP * SMALL_SIZE);
        long cost = cost(xml, documents);
        if (cost > NEGLIGIBLE) {
            long small = leastCost(document.ofSize(SMALL_SIZE), documents, cost / MOST_GROWTH);
            long most = Math.max(NEGLIGIBLE, MOST_GROWTH * small);
            long large = cost > most ? leastCost(xml, documents, most) : cost;
            Broken.unless(
                    large <= most,
                    () -> "four times the size takes " + large / 1000 + " us instead of " + small / 1000 + " us");
        }
    }

    private static long leastCost(byte[] xml, Documents documents, long enough) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least > enough; i++) {
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
            FrameHeader head = documents.heads().read(frame);
            Envelope expected = head.envelope() == Envelope.RESPONSES ? Envelope.RESPONSES : Envelope.REQUESTS;
            documents.envelopes().read(frame, head, expected);
        } catch (BusException e) {
            int length = e.getMessage().length();
            Broken.unless(length <= LONGEST_MESSAGE, () -> "a message of " + length + " characters");
        }
    }
}
