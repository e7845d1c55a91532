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
 * Records of TLS are cut out of bytes. However the bytes arrive, the same comes of them; what is kept takes memory for what is
 * there, and the whole costs no more than a few times its bytes.
 */
public final class TlsRecordsTarget {

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int HEADER = 5;
    private static final int SMALLEST_KEPT = 64;
    private static final int MOST_BYTE_BY_BYTE = 4096;

    /** How many bytes may be taken for each byte that arrived, for each piece in which it did, and in any case. */
    private static final int BYTES_FOR_ONE = 8;

    private static final int BYTES_FOR_PIECE = 512;
    private static final int BYTES_AT_MOST_ALWAYS = 64 << 10;

    private TlsRecordsTarget() {}

    /** How bytes arrive. */
    private interface Arrival {

        /** How many there are at once of those that are left. */
        int pieceOf(int rest);

        /** Whether the next ones arrive before these are looked at. */
        default boolean isKept() {
            return false;
        }
    }

    /**
     * Tries some bytes.
     *
     * @param input the bytes, as they arrive
     */
    public static void fuzzerTestOneInput(byte[] input) {
        List<ByteBuffer> whole = read(input, rest -> rest);
        Broken.unlessSame(whole, read(input, inPieces(input)), "what comes of bytes in pieces");
        Broken.unlessSame(whole, read(input, rest -> HEADER - 1), "what comes of bytes in pieces smaller than a header");
        if (input.length <= MOST_BYTE_BY_BYTE) {
            Broken.unlessSame(whole, read(input, rest -> 1), "what comes of single bytes");
        }
    }

    /** The same bytes always arrive the same way. */
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

    /** The records, and null behind them if something is none. */
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
                        all.add(ByteBuffer.allocate(record.remaining()).put(record).flip());
                        before = MEMORY.getCurrentThreadAllocatedBytes();
                    }
                    memory += MEMORY.getCurrentThreadAllocatedBytes() - before;
                    checkHeld(records, bytes.position() - taken);
                }
                Broken.unless(!bytes.hasRemaining(), () -> "it wants more and has not read what there is");
            }
        } catch (SSLException e) {
            all.add(null);
        }
        long most = BYTES_FOR_ONE * (long) input.length + BYTES_FOR_PIECE * pieces + BYTES_AT_MOST_ALWAYS;
        long sum = memory;
        Broken.unless(sum <= most, () -> input.length + " bytes took " + sum + " bytes of memory, more than " + most);
        return all;
    }

    private static void checkHeld(TlsRecords records, long kept) {
        Broken.unless(
                records.held() >= kept && records.held() <= Math.max(SMALLEST_KEPT, 2 * kept),
                () -> kept + " bytes are kept in " + records.held());
    }
}
