package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.slimta.bus.api.xml.Attachment;

/**
 * A request: it says which transaction it belongs to, for which server it is, and how large an answer is wanted.
 *
 * @param number the number of its transaction
 * @param index its place in the transaction, from 0
 * @param server the server that is to answer
 * @param answerSize how many bytes the answer is to have
 * @param text any text
 * @param attachments any bytes
 * @param checksum over all of that
 */
record Parcel(
        long number,
        int index,
        String server,
        int answerSize,
        String text,
        List<Attachment> attachments,
        long checksum) {

    static Parcel of(
            long number, int index, String server, int answerSize, String text, List<Attachment> attachments) {
        return new Parcel(
                number,
                index,
                server,
                answerSize,
                text,
                attachments,
                checksum(number, index, server, answerSize, text, attachments));
    }

    /** Whether it is as it was made. */
    boolean isIntact() {
        return checksum == checksum(number, index, server, answerSize, text, attachments);
    }

    private static long checksum(
            long number, int index, String server, int answerSize, String text, List<Attachment> attachments) {
        CRC32 sum = new CRC32();
        String head = number + " " + index + " " + server + " " + answerSize + " " + text + " " + attachments.size();
        sum.update(head.getBytes(StandardCharsets.UTF_8));
        attachments.forEach(attachment -> add(attachment, sum));
        return sum.getValue();
    }

    /** Adds the bytes of an attachment, and their number, to a checksum. */
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
