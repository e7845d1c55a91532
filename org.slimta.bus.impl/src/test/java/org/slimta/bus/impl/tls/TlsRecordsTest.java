package org.slimta.bus.impl.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records come out as they went in, whatever their pieces are; what is kept uses no more memory than needed. */
@Timeout(60)
class TlsRecordsTest {

    private static final int HEADER = 5;
    private static final int LARGEST = (16 << 10) + 2048;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsRecords records = new TlsRecords();

    private static ByteBuffer record(int size, Random random) {
        byte[] contents = new byte[size];
        random.nextBytes(contents);
        ByteBuffer record = ByteBuffer.allocate(HEADER + size);
        return record.put((byte) (20 + random.nextInt(4)))
                .put((byte) 3)
                .put((byte) 3)
                .putShort((short) size)
                .put(contents)
                .flip();
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 70_000})
    void recordsComeOutAsTheyWentIn(int largestPiece) throws Exception {
        Random random = new Random(largestPiece);
        List<ByteBuffer> expected = new ArrayList<>();
        ByteBuffer all = ByteBuffer.allocate(4 << 20);
        for (int i = 0; i < 300; i++) {
            ByteBuffer record = record(i % 3 == 0 ? random.nextInt(LARGEST + 1) : random.nextInt(40), random);
            expected.add(record);
            all.put(record.duplicate());
        }
        all.flip();
        List<ByteBuffer> out = new ArrayList<>();
        ByteBuffer shared = ByteBuffer.allocateDirect(largestPiece);
        while (all.hasRemaining()) {
            int count = Math.min(1 + random.nextInt(largestPiece), all.remaining());
            shared.clear().put(all.slice(all.position(), count)).flip();
            all.position(all.position() + count);
            if (random.nextInt(4) == 0) {
                records.keep(shared);
            }
            ByteBuffer record;
            while (random.nextInt(10) > 0 && (record = records.next(shared)) != null) {
                out.add(copy(record));
            }
            records.keep(shared); // As if a task had to run before the rest.
        }
        ByteBuffer record;
        while ((record = records.next(NOTHING.duplicate())) != null) {
            out.add(copy(record));
        }
        assertEquals(expected, out);
        assertEquals(0, records.held());
    }

    @Test
    void memoryIsUsedOnlyForBytesThatHaveArrived() throws Exception {
        ByteBuffer record = record(LARGEST, new Random(1));
        for (int i = 0; i < record.limit() - 1; i++) {
            assertNull(records.next(record.slice(i, 1)));
            assertTrue(
                    records.held() >= i + 1 && records.held() <= 64 + 2 * (i + 1), "for " + i + ": " + records.held());
        }
        assertNotNull(records.next(record.slice(record.limit() - 1, 1)));
        assertEquals(0, records.held());
    }

    @Test
    void theMemoryOfRecordsThatWereReadIsReleased() throws Exception {
        ByteBuffer record = record(LARGEST, new Random(1));
        for (int i = 0; i < 100; i++) {
            records.keep(record.duplicate());
        }
        records.keep(record.slice(0, 3));
        for (int i = 0; i < 100; i++) {
            assertEquals(record, records.next(NOTHING.duplicate()));
        }
        assertNull(records.next(NOTHING.duplicate()));
        assertTrue(records.held() < 100, "it keeps 3 bytes in " + records.held());
        assertEquals(record, records.next(record.slice(3, record.limit() - 3)));
        records.keep(record.duplicate());
        records.clear();
        assertEquals(0, records.held());
    }

    /** If all bytes were copied for each one, this would take hours. */
    @Test
    void keepingBytesCostsLinearTime() throws Exception {
        ByteBuffer one = ByteBuffer.wrap(new byte[1]);
        for (int i = 0; i < 10_000_000; i++) {
            records.keep(one.rewind());
        }
        assertThrows(SSLException.class, () -> records.next(NOTHING.duplicate()));
    }

    @ParameterizedTest
    @CsvSource({
        "19, 3, 10",
        "24, 3, 10",
        "0, 3, 10",
        "-1, 3, 10",
        "22, 2, 10",
        "22, 4, 10",
        "22, 3, 18433",
        "22, 3, 65535"
    })
    void bytesThatAreNotARecordAreRefused(byte type, byte version, int size) throws Exception {
        ByteBuffer header = ByteBuffer.allocate(HEADER)
                .put(type)
                .put(version)
                .put((byte) 3)
                .putShort((short) size)
                .flip();
        assertThrows(SSLException.class, () -> new TlsRecords().next(header.duplicate()));
        assertNull(records.next(header.slice(0, HEADER - 1)));
        assertThrows(SSLException.class, () -> records.next(header.slice(HEADER - 1, 1)));
    }
}
