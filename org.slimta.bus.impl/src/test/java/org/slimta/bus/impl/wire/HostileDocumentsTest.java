package org.slimta.bus.impl.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.xml.XmlReader;

/**
 * The cost of reading a document depends only on its size, whatever its contents are: as requests at a server and as
 * responses at a client, first the root on its own and then all of it. The processor time of the reading thread is
 * measured, and the best of several tries counts, so that other load on the machine makes no difference.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileDocumentsTest {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int TRIES = 5;
    private static final int ALLOWED_SIZE = 8 << 20;
    private static final long ALLOWED_MILLIS = 1000;
    private static final int SMALL_SIZE = 256 << 10;
    private static final int STEP = 4;

    /** For four times the size linear work takes four times as long, quadratic work sixteen times. */
    private static final int MOST_GROWTH = 8;

    /**
     * A time up to this, for {@link #SMALL_SIZE} times {@link #STEP}, is too short to be compared, and short enough.
     */
    private static final long NEGLIGIBLE_MILLIS = 100;

    private static final FrameLimits NO_LIMITS = FrameLimits.builder()
            .maxDepth(1000)
            .maxAttributes(1000)
            .maxElements(Integer.MAX_VALUE)
            .maxItems(Integer.MAX_VALUE)
            .maxTextSize(Integer.MAX_VALUE)
            .maxNameSize(Integer.MAX_VALUE)
            .maxDistinctNames(Integer.MAX_VALUE)
            .maxPrologSize(Integer.MAX_VALUE)
            .maxHeaders(1000)
            .maxHeaderSize(1 << 20)
            .build();

    @BeforeAll
    static void warmUp() {
        for (int round = 0; round < 3; round++) {
            for (HostileShape shape : HostileShape.values()) {
                for (Envelope envelope : List.of(Envelope.REQUESTS, Envelope.RESPONSES)) {
                    cost(shape.document(envelope.root(), 20_000), envelope, FrameLimits.defaults());
                    cost(shape.document(envelope.root(), 20_000), envelope, NO_LIMITS);
                }
            }
        }
    }

    /** The processor time to read a frame, in milliseconds. */
    private static long cost(byte[] xml, Envelope envelope, FrameLimits limits) {
        XmlReader reader = new XmlReader(limits);
        Frame frame = new Frame(xml, List.of());
        long start = THREADS.getCurrentThreadCpuTime();
        try {
            FrameHeader header = new FrameHeaderReader(reader).read(frame);
            new EnvelopeReader(reader, limits).read(frame, header, envelope);
        } catch (BusException e) {
            assertTrue(e.getMessage().length() < 1000, e.getMessage().length() + " characters of a message");
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1_000_000;
    }

    private static long leastCost(byte[] xml, Envelope envelope, FrameLimits limits, long enough) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least > enough; i++) {
            least = Math.min(least, cost(xml, envelope, limits));
        }
        return least;
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aDocumentOfTheLargestSizeCostsLessThanASecond(HostileShape shape) {
        for (Envelope envelope : List.of(Envelope.REQUESTS, Envelope.RESPONSES)) {
            byte[] document = shape.document(envelope.root(), ALLOWED_SIZE);
            long cost = leastCost(document, envelope, FrameLimits.defaults(), ALLOWED_MILLIS);
            assertTrue(cost <= ALLOWED_MILLIS, envelope + " take " + cost + " ms");
        }
    }

    /** Limits would hide faster growth: here there are none. */
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void theCostGrowsWithTheSizeAlsoBeyondTheLimits(HostileShape shape) {
        byte[] large = shape.document("requests", STEP * SMALL_SIZE);
        long cost = leastCost(large, Envelope.REQUESTS, NO_LIMITS, NEGLIGIBLE_MILLIS);
        if (cost > NEGLIGIBLE_MILLIS) {
            byte[] small = shape.document("requests", SMALL_SIZE);
            long before = leastCost(small, Envelope.REQUESTS, NO_LIMITS, cost / MOST_GROWTH);
            assertTrue(
                    cost <= MOST_GROWTH * before,
                    SMALL_SIZE + " bytes take " + before + " ms, 4 times that " + cost + " ms");
        }
    }
}
