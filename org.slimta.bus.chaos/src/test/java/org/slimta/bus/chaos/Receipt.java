package org.slimta.bus.chaos;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    static Receipt of(Parcel parcel, String server) {
        byte[] bytes = new byte[parcel.responseSize()];
        for (int i = 0; i + Long.BYTES <= bytes.length; i += 4096) {
            ByteBuffer.wrap(bytes).putLong(i, parcel.checksum() + i);
        }
        Attachment filling = Attachment.of(bytes);
        return new Receipt(
                parcel.number(),
                parcel.index(),
                server,
                parcel.checksum(),
                filling,
                checksum(parcel.number(), parcel.index(), server, parcel.checksum(), filling));
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
