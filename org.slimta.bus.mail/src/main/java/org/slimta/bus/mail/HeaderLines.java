package org.slimta.bus.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.slimta.bus.api.xml.Attachment;

/**
 * The lines at the front of a message, one after the other, up to the empty line that ends the headers. Only an empty line
 * does: one of blanks belongs to the header before it. Source: RFC 5322, sections 2.1, 2.2.3 and 4.2.
 */
final class HeaderLines implements AutoCloseable {

    /** How many bytes are read at most. */
    static final int LONGEST = 1 << 20;

    private static final int CHUNK = 8192;
    private static final int USUAL_LINE = 128;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK];
    private int at;
    private int end;
    private byte[] line = new byte[USUAL_LINE];
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

    /** The next line without its end, or null if the headers are over. */
    byte[] read() throws IOException {
        int written = 0;
        int size = 0;
        while (next >= 0) {
            int b = next;
            if (++count > LONGEST) {
                throw new IOException("the headers of the message are longer than " + LONGEST + " bytes");
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
            end = in.read(chunk, 0, CHUNK);
            at = 0;
            if (end <= 0) {
                end = 0;
                return -1;
            }
        }
        return chunk[at++] & 0xff;
    }

    /** Whether the next line goes on with the header that the last one belongs to. */
    boolean isContinued() {
        return isBlank(next);
    }

    /** A space or a tab, which alone are white space in a header. */
    static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
