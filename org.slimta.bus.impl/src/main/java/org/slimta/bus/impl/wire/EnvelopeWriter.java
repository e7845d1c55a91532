package org.slimta.bus.impl.wire;

import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.xml.IndentedXmlWriter;

/** Writes the items of a frame. Not thread-safe. */
public final class EnvelopeWriter {

    private final Envelope envelope;
    private final IndentedXmlWriter xml;
    private final Attachments attachments = new Attachments();
    private int items;

    public EnvelopeWriter(Envelope envelope) {
        this.envelope = envelope;
        xml = new IndentedXmlWriter(envelope.root());
        xml.guard();
    }

    /**
     * Where to write the next item.
     *
     * @return the writer
     */
    public XmlWriter xml() {
        return xml;
    }

    /**
     * Where to add the attachments of the items.
     *
     * @return the attachments of the frame
     */
    public Attachments attachments() {
        return attachments;
    }

    /**
     * Checks that since the last call exactly one element was written.
     *
     * @throws IllegalStateException if there was not
     */
    public void endItem() {
        if (xml.depth() != 1) {
            throw new IllegalStateException("an element was not ended");
        }
        int written = xml.rootChildren() - items;
        if (written != 1) {
            throw new IllegalStateException(written + " elements were written for one value; it must be 1");
        }
        items++;
    }

    /**
     * Ends the frame.
     *
     * @return the frame
     */
    public OutgoingFrame finish() {
        return new OutgoingFrame(envelope, xml.finish(), attachments.toList());
    }
}
