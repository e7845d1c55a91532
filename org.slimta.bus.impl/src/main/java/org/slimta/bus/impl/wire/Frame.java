package org.slimta.bus.impl.wire;

import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * A frame that has arrived.
 *
 * @param xml the first part; must not be changed
 * @param attachments the parts after it
 */
public record Frame(byte[] xml, List<Attachment> attachments) {

    /**
     * The memory of a part beside its bytes, measured with a heap full of small ones: 133 to 157 bytes an attachment.
     */
    static final int PART_OVERHEAD_BYTES = 160;

    /** {@return about the memory that it uses, in bytes} */
    public long weight() {
        long weight = (long) xml.length + PART_OVERHEAD_BYTES;
        for (Attachment attachment : attachments) {
            weight += attachment.size() + PART_OVERHEAD_BYTES;
        }
        return weight;
    }
}
