package org.slimta.bus.impl.wire;

import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * A frame to be sent, without those attributes of its root element that are known only when it leaves.
 *
 * @param envelope its root element
 * @param xml the document, whose root element has no attributes but headers; must not be changed
 * @param attachments the parts after the XML
 */
public record OutgoingFrame(Envelope envelope, byte[] xml, List<Attachment> attachments) {

    /** The index in the document at which the attributes of the root element are inserted. */
    int attributesAt() {
        return 1 + envelope.root().length();
    }
}
