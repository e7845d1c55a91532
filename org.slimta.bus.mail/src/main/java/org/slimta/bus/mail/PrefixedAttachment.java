package org.slimta.bus.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/** A few bytes before others, neither copied. */
final class PrefixedAttachment implements Attachment {

    private final byte[] prefix;
    private final Attachment rest;

    PrefixedAttachment(byte[] prefix, Attachment rest) {
        this.prefix = prefix;
        this.rest = rest;
    }

    @Override
    public long size() {
        return prefix.length + rest.size();
    }

    @Override
    public InputStream open() throws IOException {
        return new SequenceInputStream(new ByteArrayInputStream(prefix), rest.open());
    }

    @Override
    public List<ByteBuffer> buffers() {
        List<ByteBuffer> after = rest.buffers();
        if (after == null) {
            return null;
        }
        List<ByteBuffer> all = new ArrayList<>(after.size() + 1);
        all.add(ByteBuffer.wrap(prefix).asReadOnlyBuffer());
        all.addAll(after);
        return all;
    }
}
