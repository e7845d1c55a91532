package org.slimta.bus.impl.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * What an attachment said of itself when its frame was made. An attachment may be anybody's code, which may block: on the
 * threads that write frames only this is asked. Only reading its stream goes back to the attachment.
 */
final class AttachmentSnapshot implements Attachment {

    private final Attachment attachment;
    private final long size;
    private final List<ByteBuffer> buffers;

    /** Asks the attachment. */
    AttachmentSnapshot(Attachment attachment) {
        this.attachment = attachment;
        this.size = attachment.size();
        List<ByteBuffer> told = attachment.buffers();
        this.buffers = told == null ? null : List.copyOf(told);
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
