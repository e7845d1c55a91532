package org.slimta.bus.fuzz.targets;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.slimta.bus.impl.tls.TlsRecords;

/**
 * Bytes are split into TLS records. The result does not depend on how the bytes arrive; the memory that is held is in
 * proportion to the bytes that are kept, and the memory allocated in total to all bytes.
 */
public final class TlsRecordsTarget {

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int HEADER_BYTES = 5;
    private static final int MIN_HELD_BYTES = 64;
    private static final int MAX_SINGLE_BYTES = 4096;

    /** The bytes that may be allocated for each byte that arrived, for each piece, and in any case. */
    private static final int BYTES_PER_BYTE = 8;

    private static final int BYTES_PER_PIECE = 512;
    private static final int CONSTANT_BYTES = 64 << 10;

    private TlsRecordsTarget() {}

    /** The way in which bytes arrive. */
    private interface Arrival {

        /** The number of bytes that arrive at once, out of the remaining ones. */
        int pieceOf(int rest);

        /** Whether these bytes are only kept, and read when the next ones arrive. */
        default boolean isKept() {
            return false;
        }
    }

    /**
     * Tests one input.
     *
     * @param input the bytes as they arrive
     */
    public static void fuzzerTestOneInput(byte[] input) {
        List<ByteBuffer> whole = read(input, rest -> rest);
        Broken.unlessSame(whole, read(input, inPieces(input)), "the records of bytes in pieces");
        Broken.unlessSame(
                whole, read(input, rest -> HEADER_BYTES - 1), "the records of bytes in pieces smaller than a header");
        if (input.length <= MAX_SINGLE_BYTES) {
            Broken.unlessSame(whole, read(input, rest -> 1), "the records of single bytes");
        }
    }

    /** The same bytes always arrive in the same pieces. */
    private static Arrival inPieces(byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        return new Arrival() {
            @Override
            public int pieceOf(int rest) {
                return 1 + random.nextInt(1 << random.nextInt(16));
            }

            @Override
            public boolean isKept() {
                return random.nextInt(3) == 0;
            }
        };
    }

    /** The records, followed by null if the rest is not a record. */
    private static List<ByteBuffer> read(byte[] input, Arrival arrival) {
        List<ByteBuffer> all = new ArrayList<>();
        TlsRecords records = new TlsRecords();
        ByteBuffer bytes = ByteBuffer.wrap(input);
        long pieces = 0;
        long taken = 0;
        long memory = 0;
        try {
            while (bytes.position() < input.length) {
                int size = Math.min(arrival.pieceOf(input.length - bytes.position()), input.length - bytes.position());
                bytes.limit(bytes.position() + size);
                pieces++;
                long before = MEMORY.getCurrentThreadAllocatedBytes();
                if (arrival.isKept()) {
                    records.keep(bytes);
                }
                memory += MEMORY.getCurrentThreadAllocatedBytes() - before;
                if (bytes.hasRemaining() || bytes.limit() == input.length) {
                    before = MEMORY.getCurrentThreadAllocatedBytes();
                    ByteBuffer record;
                    while ((record = records.next(bytes)) != null) {
                        taken += record.remaining();
                        pieces++;
                        memory += MEMORY.getCurrentThreadAllocatedBytes() - before;
                        all.add(ByteBuffer.allocate(record.remaining())
                                .put(record)
                                .flip());
                        before = MEMORY.getCurrentThreadAllocatedBytes();
                    }
                    memory += MEMORY.getCurrentThreadAllocatedBytes() - before;
                    checkHeld(records, bytes.position() - taken);
                }
                Broken.unless(
                        !bytes.hasRemaining(),
                        () -> "the reader asks for more bytes but has not read all that arrived");
            }
        } catch (SSLException e) {
            all.add(null);
        }
        long max = BYTES_PER_BYTE * (long) input.length + BYTES_PER_PIECE * pieces + CONSTANT_BYTES;
        long sum = memory;
        Broken.unless(sum <= max, () -> sum + " bytes were allocated for " + input.length + " bytes, more than " + max);
        return all;
    }

    private static void checkHeld(TlsRecords records, long kept) {
        Broken.unless(
                records.held() >= kept && records.held() <= Math.max(MIN_HELD_BYTES, 2 * kept),
                () -> records.held() + " bytes of memory are held for " + kept + " bytes");
    }
}
