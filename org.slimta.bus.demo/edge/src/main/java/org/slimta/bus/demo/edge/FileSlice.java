package org.slimta.bus.demo.edge;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.slimta.bus.api.xml.Attachment;

/**
 * A part of a file.
 *
 * @param file the file
 * @param offset the position where the part starts
 * @param size the number of bytes of the part
 */
record FileSlice(Path file, long offset, long size) implements Attachment {

    @Override
    public InputStream open() throws IOException {
        if (size == 0) {
            return new ByteArrayInputStream(new byte[0]);
        }
        SeekableByteChannel channel = Files.newByteChannel(file).position(offset);
        return new InputStream() {
            private long remaining = size;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                Objects.checkFromIndexSize(from, length, target.length);
                if (length == 0) {
                    return 0;
                }
                if (remaining == 0) {
                    return -1;
                }
                int count = channel.read(ByteBuffer.wrap(target, from, (int) Math.min(length, remaining)));
                if (count < 0) {
                    throw new EOFException(file + " was truncated while it was read");
                }
                remaining -= count;
                return count;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
