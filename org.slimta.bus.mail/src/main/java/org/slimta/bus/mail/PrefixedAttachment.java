package org.slimta.bus.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * A header in front of another attachment; neither is copied. Many headers form a chain, which is walked in a loop, so
 * that a stream does not read through one other stream for each header.
 */
final class PrefixedAttachment implements Attachment {

    private final byte[] header;
    private final String lineEnd;
    private final Attachment rest;
    private final long size;

    PrefixedAttachment(byte[] header, String lineEnd, Attachment rest) {
        this.header = header;
        this.lineEnd = lineEnd;
        this.rest = rest;
        this.size = header.length + rest.size();
    }

    /** The end of the lines of the header, and so of the first line of the message. */
    String lineEnd() {
        return lineEnd;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        List<InputStream> streams = new ArrayList<>();
        Attachment at = this;
        for (; at instanceof PrefixedAttachment prefixed; at = prefixed.rest) {
            streams.add(new ByteArrayInputStream(prefixed.header));
        }
        streams.add(at.open());
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    @Override
    public List<ByteBuffer> buffers() {
        List<ByteBuffer> all = new ArrayList<>();
        Attachment at = this;
        for (; at instanceof PrefixedAttachment prefixed; at = prefixed.rest) {
            all.add(ByteBuffer.wrap(prefixed.header).asReadOnlyBuffer());
        }
        List<ByteBuffer> after = at.buffers();
        if (after == null) {
            return null;
        }
        all.addAll(after);
        return all;
    }
}
