package org.slimta.bus.demo.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The lines of a file with where they are. Of a long one only the start is kept. Not thread-safe. */
final class FileLines implements AutoCloseable {

    private static final int CHUNK = 1 << 16;
    private static final int KEPT = FromLine.LONGEST + 1;
    private static final byte[] FROM = "From ".getBytes(US_ASCII);

    private final SeekableByteChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).limit(0);
    private final byte[] kept = new byte[KEPT];
    private int size;
    private boolean empty;
    private boolean quoted;
    private int matched;
    private long offset;
    private long next;

    FileLines(Path file) throws IOException {
        channel = Files.newByteChannel(file);
    }

    /** Reads a line; gives whether there was one. */
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
            if (size < KEPT) {
                kept[size++] = b;
            }
        }
        return next > offset;
    }

    /** Follows the start of a line: some quotes, and then From. */
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

    /** The start of the line that was read, without its LF. */
    String text() {
        return new String(kept, 0, size, ISO_8859_1);
    }

    /** Whether nothing but line ends is in the line that was read. */
    boolean isEmpty() {
        return empty;
    }

    /** Whether the line that was read begins with From, after quotes however many. */
    boolean isQuotedFrom() {
        return quoted && matched == FROM.length;
    }

    /** Where the line that was read begins. */
    long offset() {
        return offset;
    }

    /** Where the next line begins. */
    long next() {
        return next;
    }

    /** Goes on with the line that begins there. */
    void goTo(long position) throws IOException {
        channel.position(position);
        chunk.limit(0);
        next = position;
    }

    /** Some bytes from anywhere; fewer if the file ends before. What is read next stays the same. */
    byte[] peek(long position, int count) throws IOException {
        long before = channel.position();
        ByteBuffer bytes = ByteBuffer.allocate(count);
        channel.position(position);
        while (bytes.hasRemaining() && channel.read(bytes) > 0) {
            continue;
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
