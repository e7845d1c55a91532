package org.slimta.bus.demo.edge;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the messages of an mbox: each begins after a line {@code From }, and ends before the empty line that comes before the
 * next. Source: RFC 4155.
 */
final class Mbox {

    private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);

    private Mbox() {}

    static List<FileSlice> read(Path mbox) throws IOException {
        List<FileSlice> slices = new ArrayList<>();
        long size = Files.size(mbox);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(mbox), 1 << 16)) {
            long position = 0;
            long messageStart = -1;
            long emptyLineStart = 0;
            boolean afterEmptyLine = true;
            while (position < size) {
                long lineStart = position;
                int matched = 0;
                boolean empty = true;
                int b;
                while ((b = in.read()) >= 0) {
                    if (position - lineStart == matched && matched < FROM.length && b == FROM[matched]) {
                        matched++;
                    }
                    position++;
                    if (b == '\n') {
                        break;
                    }
                    empty &= b == '\r';
                }
                if (matched == FROM.length && afterEmptyLine) {
                    if (messageStart >= 0) {
                        slices.add(new FileSlice(mbox, messageStart, emptyLineStart - messageStart));
                    }
                    messageStart = position;
                }
                if (empty) {
                    emptyLineStart = lineStart;
                }
                afterEmptyLine = empty;
            }
            if (messageStart >= 0) {
                long end = afterEmptyLine && emptyLineStart > messageStart ? emptyLineStart : size;
                slices.add(new FileSlice(mbox, messageStart, end - messageStart));
            }
        }
        return slices;
    }
}
