package org.slimta.bus.demo.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads the lines of a file with their positions. Keeps only the start of a long line. Not thread-safe. */
final class FileLines implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 16;
    private static final int MAX_KEPT_BYTES = FromLine.MAX_BYTES + 1;
    private static final byte[] FROM = "From ".getBytes(US_ASCII);

    private final SeekableByteChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
    private final byte[] kept = new byte[MAX_KEPT_BYTES];
    private int size;
    private boolean empty;
    private boolean quoted;
    private int matched;
    private long offset;
    private long next;

    FileLines(Path file) throws IOException {
        channel = Files.newByteChannel(file);
    }

    /** Reads the next line; returns false at the end of the file. */
    boolean read() throws IOException {
        offset = next;
        size = 0;
        empty = true;
        quoted = false;
        matched = 0;
        while (chunk.hasRemaining() || fill()) {
            byte b = chunk.get();
            next++;
            if (b == '\n') {
                break;
            }
            empty &= b == '\r';
            match(b);
            if (size < MAX_KEPT_BYTES) {
                kept[size++] = b;
            }
        }
        return next > offset;
    }

    /** Matches the start of a line byte by byte: any quotes, and then {@code From }. */
    private void match(byte b) {
        if (matched == 0 && b == '>') {
            quoted = true;
        } else if (matched >= 0 && matched < FROM.length) {
            matched = b == FROM[matched] ? matched + 1 : -1;
        }
    }

    private boolean fill() throws IOException {
        chunk.clear();
        int count = channel.read(chunk);
        chunk.flip();
        return count > 0;
    }

    /** The start of the current line, without its LF. */
    String text() {
        return new String(kept, 0, size, ISO_8859_1);
    }

    /** Whether the current line consists only of its line end. */
    boolean isEmpty() {
        return empty;
    }

    /** Whether the current line starts with one or more quotes and then {@code From }. */
    boolean isQuotedFrom() {
        return quoted && matched == FROM.length;
    }

    /** The position where the current line starts. */
    long offset() {
        return offset;
    }

    /** The position where the next line starts. */
    long next() {
        return next;
    }

    /** Continues with the line that starts at a position. */
    void goTo(long position) throws IOException {
        channel.position(position);
        chunk.limit(0);
        next = position;
    }

    /** Reads bytes at any position, fewer at the end of the file, without moving to that position. */
    byte[] peek(long position, int count) throws IOException {
        long before = channel.position();
        ByteBuffer bytes = ByteBuffer.allocate(count);
        channel.position(position);
        while (bytes.hasRemaining() && channel.read(bytes) > 0) {
            // Until the buffer is full.
        }
        channel.position(before);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    long fileSize() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
