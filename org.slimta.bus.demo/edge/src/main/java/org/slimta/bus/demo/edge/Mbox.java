package org.slimta.bus.demo.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slimta.bus.api.xml.Attachment;

/**
 * Finds the messages of an mbox: each begins after a From line, and ends before the empty line that comes before the next. What
 * the body says does not end it: a line that would be a From line is quoted with a {@code >}, which is taken off; or the header
 * Content-Length tells where the body ends, and nothing is quoted (mboxcl2). Source: RFC 4155.
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

    /** Reads a file; null if it is no mbox: if its first line is no From line. */
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

    /** How many bytes stand before the first From line: a byte order mark, empty lines. */
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

    /** Reads what comes after a From line; gives whether another one was read then. */
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
        return readUnmeasured(start, body);
    }

    /** Goes there, or to the line after the empty one there, if that is a From line or the end of the file; else does nothing. */
    private boolean goToFromLineAt(long end) throws IOException {
        if (end > lines.fileSize()) {
            return false;
        }
        byte[] there = lines.peek(end - 1, FromLine.LONGEST + "\n\r\n\r\n".length());
        boolean atLineStart = there[0] == '\n';
        int at = 1;
        if (at + 1 < there.length && there[at] == '\r' && there[at + 1] == '\n') {
            at += 2;
            atLineStart = true;
        } else if (at < there.length && there[at] == '\n') {
            at++;
            atLineStart = true;
        }
        if (at < there.length && !(atLineStart && FromLine.startsWithFromLine(there, at, there.length))) {
            return false;
        }
        lines.goTo(end - 1 + at);
        return true;
    }

    private boolean readUnmeasured(long start, long body) throws IOException {
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
