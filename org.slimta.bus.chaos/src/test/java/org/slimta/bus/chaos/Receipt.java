package org.slimta.bus.chaos;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.slimta.bus.api.xml.Attachment;

/**
 * A response, which identifies its request.
 *
 * @param number the number of the transaction
 * @param index the position of the request in the transaction
 * @param server the server that responds
 * @param request the checksum of the request
 * @param filling as many bytes as were requested
 * @param checksum the checksum over all of these
 */
record Receipt(long number, int index, String server, long request, Attachment filling, long checksum) {

    /** No multiple of the size of a chunk, so that chunks in a wrong order do not go unnoticed. */
    private static final int MAX_BYTES = 1_000_003;

    static Receipt of(Parcel parcel, String server) {
        Attachment filling = filling(parcel);
        return new Receipt(
                parcel.number(),
                parcel.index(),
                server,
                parcel.checksum(),
                filling,
                checksum(parcel.number(), parcel.index(), server, parcel.checksum(), filling));
    }

    /** As many bytes as are wanted. A large filling repeats its first bytes, so that it needs no memory. */
    private static Attachment filling(Parcel parcel) {
        byte[] bytes = new byte[Math.min(parcel.responseSize(), MAX_BYTES)];
        for (int i = 0; i + Long.BYTES <= bytes.length; i += 4096) {
            ByteBuffer.wrap(bytes).putLong(i, parcel.checksum() + i);
        }
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int left = parcel.responseSize(); left > 0 || pieces.isEmpty(); left -= bytes.length) {
            pieces.add(ByteBuffer.wrap(bytes, 0, Math.min(left, bytes.length)));
        }
        return Attachment.of(pieces);
    }

    /** Whether the response is unchanged. */
    boolean isIntact() {
        return checksum == checksum(number, index, server, request, filling);
    }

    /** Whether this is the response to a request. */
    boolean answers(Parcel parcel) {
        return number == parcel.number()
                && index == parcel.index()
                && (server.equals(parcel.server()) || parcel.server().equals(Parcel.ANY_SERVER))
                && request == parcel.checksum()
                && filling.size() == parcel.responseSize();
    }

    private static long checksum(long number, int index, String server, long request, Attachment filling) {
        CRC32 sum = new CRC32();
        String head = number + " " + index + " " + server + " " + request;
        sum.update(head.getBytes(StandardCharsets.UTF_8));
        Parcel.add(filling, sum);
        return sum.getValue();
    }
}
