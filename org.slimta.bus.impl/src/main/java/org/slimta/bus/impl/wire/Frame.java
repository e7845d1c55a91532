package org.slimta.bus.impl.wire;

import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * A frame as it arrived.
 *
 * @param xml part 1, not to be changed
 * @param attachments the parts after it
 */
public record Frame(byte[] xml, List<Attachment> attachments) {

    /** What a part takes beside its bytes, as a heap full of small ones shows: 133 to 157 bytes an attachment. */
    static final int OVERHEAD = 160;

    /**
     * How much memory it takes.
     *
     * @return bytes, about
     */
    public long weight() {
        long weight = xml.length + OVERHEAD;
        for (Attachment attachment : attachments) {
            weight += attachment.size() + OVERHEAD;
        }
        return weight;
    }
}
