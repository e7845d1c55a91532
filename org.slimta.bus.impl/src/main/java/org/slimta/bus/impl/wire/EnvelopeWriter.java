package org.slimta.bus.impl.wire;

import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.xml.IndentedXmlWriter;

/** Writes the items of a frame. Not thread-safe. */
public final class EnvelopeWriter {

    private final Envelope envelope;
    private final IndentedXmlWriter xml;
    private final Attachments attachments = new Attachments();
    private int items;

    /** Starts a frame with an envelope, without headers and items. */
    public EnvelopeWriter(Envelope envelope) {
        this(envelope, Headers.none());
    }

    /**
     * Starts a frame with an envelope and headers, without items.
     *
     * @param envelope the envelope
     * @param headers the headers of the transaction
     */
    public EnvelopeWriter(Envelope envelope, Headers headers) {
        this.envelope = envelope;
        xml = new IndentedXmlWriter(envelope.root());
        HeaderAttributes.write(headers, xml);
        xml.guard();
    }

    /**
     * Checks the headers of a transaction.
     *
     * @param headers the headers
     * @param limits the limits of a frame
     * @throws BusException with {@code TOO_LARGE} if there are too many, or they are too large
     */
    public static void checkHeaders(Headers headers, FrameLimits limits) throws BusException {
        HeaderAttributes.check(headers, limits);
    }

    /** {@return the writer for the next item} */
    public XmlWriter xml() {
        return xml;
    }

    /** {@return the attachments of the frame, to which those of the items are added} */
    public Attachments attachments() {
        return attachments;
    }

    /**
     * Ends an item: checks that exactly one element was written since the last call.
     *
     * @throws IllegalStateException if more elements were written, or none, or one was not ended
     */
    public void endItem() {
        if (xml.depth() != 1) {
            throw new IllegalStateException("an element was started but not ended");
        }
        int written = xml.rootChildren() - items;
        if (written != 1) {
            throw new IllegalStateException(written + " elements were written for one value; it must be exactly 1");
        }
        items++;
    }

    /** {@return the frame, which is complete but for those attributes of its root that are no headers} */
    public OutgoingFrame finish() {
        return new OutgoingFrame(envelope, xml.finish(), attachments.toList());
    }
}
