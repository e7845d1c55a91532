package org.slimta.bus.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.slimta.bus.api.xml.Attachment;

/**
 * Reads the lines at the start of a message, up to the empty line that ends the headers. Only an empty line ends them:
 * a line of spaces and tabs belongs to the header before it. Source: RFC 5322, sections 2.1, 2.2.3 and 4.2.
 */
final class HeaderLines implements AutoCloseable {

    /** The maximum number of bytes to read. */
    static final int MAX_BYTES = 1 << 20;

    private static final int CHUNK_BYTES = 8192;
    private static final int USUAL_LINE_BYTES = 128;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int at;
    private int end;
    private byte[] line = new byte[USUAL_LINE_BYTES];
    private int count;
    private int next;

    HeaderLines(Attachment message) throws IOException {
        in = message.open();
        try {
            next = readByte();
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** Reads the next line without its end, or returns null at the end of the headers. */
    byte[] read() throws IOException {
        int written = 0;
        int size = 0;
        while (next >= 0) {
            int b = next;
            if (++count > MAX_BYTES) {
                throw new IOException("the headers of the message are longer than " + MAX_BYTES + " bytes");
            }
            next = readByte();
            if (b == '\n') {
                break;
            }
            if (written == line.length) {
                line = Arrays.copyOf(line, 2 * written);
            }
            line[written++] = (byte) b;
            if (b != '\r') {
                size = written;
            }
        }
        return size == 0 ? null : Arrays.copyOf(line, size);
    }

    private int readByte() throws IOException {
        if (at == end) {
            end = in.read(chunk, 0, CHUNK_BYTES);
            at = 0;
            if (end <= 0) {
                end = 0;
                return -1;
            }
        }
        return chunk[at++] & 0xff;
    }

    /** Whether the next line continues the header of the line before. */
    boolean isContinued() {
        return isBlank(next);
    }

    /** Whether this is a space or a tab: only these are white space in a header. */
    static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
