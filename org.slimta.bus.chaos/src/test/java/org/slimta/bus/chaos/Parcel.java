package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.slimta.bus.api.xml.Attachment;

/**
 * A request, with the number of its transaction, its server and the requested size of the response.
 *
 * @param number the number of the transaction
 * @param index the position in the transaction, from 0
 * @param server the server that must respond, or {@link #ANY_SERVER}
 * @param responseSize the number of bytes that the response must have
 * @param text any text
 * @param attachments any bytes
 * @param checksum the checksum over all of these
 */
record Parcel(
        long number,
        int index,
        String server,
        int responseSize,
        String text,
        List<Attachment> attachments,
        long checksum) {

    /** In place of the name of a server: any server of the client may respond. */
    static final String ANY_SERVER = "any";

    static Parcel of(
            long number, int index, String server, int responseSize, String text, List<Attachment> attachments) {
        return new Parcel(
                number,
                index,
                server,
                responseSize,
                text,
                attachments,
                checksum(number, index, server, responseSize, text, attachments));
    }

    /** Whether the request is unchanged. */
    boolean isIntact() {
        return checksum == checksum(number, index, server, responseSize, text, attachments);
    }

    private static long checksum(
            long number, int index, String server, int responseSize, String text, List<Attachment> attachments) {
        CRC32 sum = new CRC32();
        String head = number + " " + index + " " + server + " " + responseSize + " " + text + " " + attachments.size();
        sum.update(head.getBytes(StandardCharsets.UTF_8));
        attachments.forEach(attachment -> add(attachment, sum));
        return sum.getValue();
    }

    /** Adds the size and the bytes of an attachment to a checksum. */
    static void add(Attachment attachment, CRC32 sum) {
        sum.update(ByteBuffer.allocate(Long.BYTES).putLong(attachment.size()).flip());
        List<ByteBuffer> buffers = attachment.buffers();
        if (buffers != null) {
            buffers.forEach(sum::update);
            return;
        }
        try {
            sum.update(attachment.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
