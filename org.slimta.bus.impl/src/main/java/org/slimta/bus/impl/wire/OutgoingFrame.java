package org.slimta.bus.impl.wire;

import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * A frame to be sent, but for the attributes of its root element: those are known only when it leaves.
 *
 * @param envelope its root element
 * @param xml the document, whose root element has no attributes; not to be changed
 * @param attachments the parts after it
 */
public record OutgoingFrame(Envelope envelope, byte[] xml, List<Attachment> attachments) {

    /** Where in the document attributes of the root element go. */
    int attributesAt() {
        return 1 + envelope.root().length();
    }
}
