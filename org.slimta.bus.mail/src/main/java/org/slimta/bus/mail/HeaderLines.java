package org.slimta.bus.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.slimta.bus.api.xml.Attachment;

/**
 * The lines at the front of a message, one after the other, up to the empty line that ends the headers. Only an empty line
 * does: one of blanks belongs to the header before it. Source: RFC 5322, sections 2.1, 2.2.3 and 4.2.
 */
final class HeaderLines implements AutoCloseable {

    /** How many bytes are read at most. */
    static final int LONGEST = 1 << 20;

    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    private int count;
    private int next;

    HeaderLines(Attachment message) throws IOException {
        in = new BufferedInputStream(message.open());
        try {
            next = in.read();
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** The next line without its end, or null if the headers are over. */
    byte[] read() throws IOException {
        line.reset();
        int size = 0;
        while (next >= 0) {
            int b = next;
            if (++count > LONGEST) {
                throw new IOException("the headers of the message are longer than " + LONGEST + " bytes");
            }
            next = in.read();
            if (b == '\n') {
                break;
            }
            line.write(b);
            if (b != '\r') {
                size = line.size();
            }
        }
        if (size == 0) {
            return null;
        }
        byte[] bytes = new byte[size];
        System.arraycopy(line.toByteArray(), 0, bytes, 0, size);
        return bytes;
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
