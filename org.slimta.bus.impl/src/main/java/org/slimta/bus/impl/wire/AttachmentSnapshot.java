package org.slimta.bus.impl.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * The size and the buffers of an attachment when its frame was created. An attachment may be code of users, which may
 * block: the threads that write frames use only this snapshot. Only its stream is read from the attachment itself.
 */
final class AttachmentSnapshot implements Attachment {

    private final Attachment attachment;
    private final long size;
    private final List<ByteBuffer> buffers;

    /** Calls the attachment, which may block. */
    AttachmentSnapshot(Attachment attachment) {
        this.attachment = attachment;
        this.size = attachment.size();
        List<ByteBuffer> declared = attachment.buffers();
        this.buffers = declared == null ? null : List.copyOf(declared);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        return attachment.open();
    }

    @Override
    public List<ByteBuffer> buffers() {
        if (buffers == null) {
            return null;
        }
        if (buffers.size() == 1) {
            return List.of(buffers.get(0).duplicate());
        }
        List<ByteBuffer> views = new ArrayList<>(buffers.size());
        buffers.forEach(buffer -> views.add(buffer.duplicate()));
        return views;
    }
}
