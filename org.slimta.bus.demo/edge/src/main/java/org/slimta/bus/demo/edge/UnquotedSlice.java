package org.slimta.bus.demo.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.Objects;
import org.slimta.bus.api.xml.Attachment;

/**
 * A message of an mbox whose lines that start with {@code From } were quoted: one {@code >} is removed from each, and
 * those that were there before are kept. Source: RFC 4155, section 2; the quoting is that of mboxrd.
 *
 * @param slice the quoted message in the file
 * @param headers the number of bytes before the body
 * @param quoted the number of quoted lines
 */
record UnquotedSlice(FileSlice slice, long headers, long quoted) implements Attachment {

    private static final byte[] FROM = "From ".getBytes(US_ASCII);

    @Override
    public long size() {
        return slice.size() - quoted;
    }

    @Override
    public InputStream open() throws IOException {
        PushbackInputStream in = new PushbackInputStream(new BufferedInputStream(slice.open(), 1 << 16), FROM.length);
        return new InputStream() {
            private long headersLeft = headers;
            private long quotesLeft;
            private boolean lineStart = true;

            @Override
            public int read() throws IOException {
                if (quotesLeft == 0 && lineStart && headersLeft == 0) {
                    quotesLeft = readQuotes(in);
                    lineStart = false;
                }
                if (quotesLeft > 0) {
                    quotesLeft--;
                    return '>';
                }
                int b = in.read();
                lineStart = b == '\n';
                headersLeft -= headersLeft > 0 ? 1 : 0;
                return b;
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                Objects.checkFromIndexSize(from, length, target.length);
                int count = 0;
                while (count < length) {
                    int b = read();
                    if (b < 0) {
                        return count == 0 ? -1 : count;
                    }
                    target[from + count++] = (byte) b;
                }
                return count;
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }

    /** Reads the quotes at the start of a line; returns how many of them belong to the message. */
    private static long readQuotes(PushbackInputStream in) throws IOException {
        long count = 0;
        int b = in.read();
        for (; b == '>'; b = in.read()) {
            count++;
        }
        if (b >= 0) {
            in.unread(b);
        }
        if (count == 0) {
            return 0;
        }
        byte[] after = in.readNBytes(FROM.length);
        in.unread(after);
        return Arrays.equals(after, FROM) ? count - 1 : count;
    }
}
