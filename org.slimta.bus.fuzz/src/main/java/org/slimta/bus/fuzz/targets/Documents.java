package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.wire.EnvelopeReader;
import org.slimta.bus.impl.wire.FrameHeaderReader;
import org.slimta.bus.impl.xml.IndentedXmlWriter;
import org.slimta.bus.impl.xml.XmlReader;

/**
 * The readers of documents with given limits.
 *
 * @param limits the limits
 * @param xml reads whole documents
 * @param headers reads root elements
 * @param envelopes reads items
 */
record Documents(FrameLimits limits, XmlReader xml, FrameHeaderReader headers, EnvelopeReader envelopes) {

    /** The reasons for which a document may be refused. */
    static final Set<Reason> REFUSALS = Set.of(Reason.MALFORMED, Reason.TOO_LARGE);

    static final Documents DEFAULT = with(FrameLimits.defaults());
    static final Documents TIGHT = with(FrameLimits.builder()
            .maxDepth(6)
            .maxAttributes(3)
            .maxElements(20)
            .maxItems(4)
            .maxTextSize(200)
            .maxHeaders(2)
            .maxHeaderSize(20)
            .build());

    /** Limits that admit anything that is written here. */
    static final Documents WIDE = with(FrameLimits.builder()
            .maxDepth(1000)
            .maxAttributes(1000)
            .maxElements(1_000_000)
            .maxItems(1_000_000)
            .maxNameSize(1_000_000)
            .maxDistinctNames(1_000_000)
            .maxPrologSize(1_000_000)
            .maxHeaders(1000)
            .maxHeaderSize(1 << 20)
            .build());

    private static final byte[] COMMENT = "<!---->".getBytes(US_ASCII);

    private static Documents with(FrameLimits limits) {
        XmlReader xml = new XmlReader(limits);
        return new Documents(limits, xml, new FrameHeaderReader(xml), new EnvelopeReader(xml, limits));
    }

    /**
     * A document that is equivalent, or wrong in the same way, but always read by Woodstox, since a comment follows it.
     */
    static byte[] notPlain(byte[] document) {
        byte[] more = Arrays.copyOf(document, document.length + COMMENT.length);
        System.arraycopy(COMMENT, 0, more, document.length, COMMENT.length);
        return more;
    }

    /**
     * Reads a document both ways, with the same result. A document that is wrong for two reasons may be refused for
     * either: bytes that are not UTF-8 are noticed earlier if other bytes follow them.
     */
    Outcome<XmlElement> read(byte[] document) {
        Outcome<XmlElement> outcome = Outcome.of(() -> xml.read(document), REFUSALS);
        Outcome<XmlElement> other = Outcome.of(() -> xml.read(notPlain(document)), REFUSALS);
        Broken.unlessSame(other.value(), outcome.value(), "the document read by Woodstox and directly");
        return outcome;
    }

    /** Writes an element with its contents, text first. */
    static void write(XmlElement element, XmlWriter to) {
        to.start(element.name());
        writeContent(element, to);
        to.end();
    }

    private static void writeContent(XmlElement element, XmlWriter to) {
        element.attributes().forEach(to::attribute);
        if (!element.text().isEmpty()) {
            to.text(element.text());
        }
        element.children().forEach(child -> write(child, to));
    }

    /** Writes a document with a root element. */
    static byte[] write(XmlElement root) {
        IndentedXmlWriter to = new IndentedXmlWriter(root.name());
        writeContent(root, to);
        return to.finish();
    }

    /**
     * Returns the element that is read after a root element was written: line ends and indentation of children are text
     * too.
     *
     * @param hasText whether the text was written, even if it is empty
     */
    static XmlElement rootAsWritten(XmlElement root, boolean hasText) {
        XmlElement read = asWritten(root, 0);
        return hasText || !root.children().isEmpty()
                ? read
                : new XmlElement(read.name(), read.attributes(), "\n", read.children());
    }

    private static XmlElement asWritten(XmlElement element, int depth) {
        if (element.children().isEmpty()) {
            return element;
        }
        List<XmlElement> children = new ArrayList<>();
        StringBuilder text = new StringBuilder(element.text()).append('\n');
        for (XmlElement child : element.children()) {
            text.append(" ".repeat(depth + 1)).append('\n');
            children.add(asWritten(child, depth + 1));
        }
        text.append(" ".repeat(depth));
        return new XmlElement(element.name(), element.attributes(), text.toString(), children);
    }
}
