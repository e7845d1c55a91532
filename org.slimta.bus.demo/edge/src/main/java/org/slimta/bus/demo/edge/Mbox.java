package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slimta.bus.api.xml.Attachment;

/**
 * Finds the messages of an mbox: each starts after a From line, and ends before the empty line in front of the next
 * From line. A line of the body that looks like a From line does not end it: such a line is quoted with {@code >},
 * which is removed; or the header Content-Length says where the body ends, and nothing is quoted (mboxcl2). Source: RFC
 * 4155.
 */
final class Mbox {

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("content-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r?", Pattern.CASE_INSENSITIVE);

    private final Path file;
    private final FileLines lines;
    private final List<Attachment> messages = new ArrayList<>();
    private long before;

    private Mbox(Path file, FileLines lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Reads a file; returns null if the file is not an mbox, since its first line is not a From line. */
    static Mbox read(Path file) throws IOException {
        try (FileLines lines = new FileLines(file)) {
            Mbox mbox = new Mbox(file, lines);
            if (!mbox.readFirstLine()) {
                return null;
            }
            boolean more = true;
            while (more) {
                more = mbox.readMessage();
            }
            return mbox;
        }
    }

    List<Attachment> messages() {
        return messages;
    }

    /** The number of bytes before the first From line: a byte order mark, empty lines. */
    long before() {
        return before;
    }

    private boolean readFirstLine() throws IOException {
        boolean read = lines.read();
        String text = lines.text();
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
            before = BYTE_ORDER_MARK.length();
        }
        while (read && (text.isEmpty() || text.equals("\r"))) {
            read = lines.read();
            text = lines.text();
            before = lines.offset();
        }
        return read && FromLine.isFromLine(text);
    }

    /** Reads a message after a From line; returns whether another From line was read. */
    private boolean readMessage() throws IOException {
        long start = lines.next();
        long contentLength = -1;
        while (lines.read() && !lines.isEmpty()) {
            Matcher matcher = CONTENT_LENGTH.matcher(lines.text());
            if (matcher.matches()) {
                contentLength = Long.parseLong(matcher.group(1));
            }
        }
        long body = lines.next();
        if (contentLength >= 0 && goToFromLineAt(body + contentLength)) {
            messages.add(new FileSlice(file, start, body + contentLength - start));
            return lines.read();
        }
        return readUntilFromLine(start, body);
    }

    /**
     * Moves to a position, or past an empty line there, if a From line or the end of the file follows. Otherwise does
     * nothing and returns false.
     */
    private boolean goToFromLineAt(long end) throws IOException {
        if (end > lines.fileSize()) {
            return false;
        }
        byte[] bytes = lines.peek(end - 1, FromLine.MAX_BYTES + "\n\r\n\r\n".length());
        boolean atLineStart = bytes[0] == '\n';
        int at = 1;
        if (at + 1 < bytes.length && bytes[at] == '\r' && bytes[at + 1] == '\n') {
            at += 2;
            atLineStart = true;
        } else if (at < bytes.length && bytes[at] == '\n') {
            at++;
            atLineStart = true;
        }
        if (at < bytes.length && !(atLineStart && FromLine.startsWithFromLine(bytes, at, bytes.length))) {
            return false;
        }
        lines.goTo(end - 1 + at);
        return true;
    }

    private boolean readUntilFromLine(long start, long body) throws IOException {
        long end = lines.next();
        long quoted = 0;
        boolean afterEmpty = lines.isEmpty() && body > start;
        long emptyLine = lines.offset();
        while (lines.read()) {
            if (afterEmpty && FromLine.isFromLine(lines.text())) {
                add(start, emptyLine, body, quoted);
                return true;
            }
            quoted += lines.isQuotedFrom() ? 1 : 0;
            afterEmpty = lines.isEmpty();
            emptyLine = lines.offset();
            end = lines.next();
        }
        add(start, afterEmpty && emptyLine > start ? emptyLine : end, body, quoted);
        return false;
    }

    private void add(long start, long end, long body, long quoted) {
        FileSlice slice = new FileSlice(file, start, end - start);
        messages.add(quoted == 0 ? slice : new UnquotedSlice(slice, body - start, quoted));
    }
}
