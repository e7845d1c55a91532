package org.slimta.bus.impl.wire;

import java.util.List;
import org.slimta.bus.api.xml.Attachment;

/**
 * What goes over the wire at once.
 *
 * @param xml part 1
 * @param attachments the parts after it
 */
public record Frame(Attachment xml, List<Attachment> attachments) {

    public Frame {
        attachments = List.copyOf(attachments);
    }
}
