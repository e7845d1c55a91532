package org.slimta.bus.impl.xml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.text.Excerpt;

/** Builds elements from what a parser reads, and checks the limits. Reads one document. Not thread-safe. */
final class XmlTree {

    private final XMLStreamReader reader;
    private final FrameLimits limits;
    private final Deque<OpenElement> open = new ArrayDeque<>();
    private int elements;

    XmlTree(XMLStreamReader reader, FrameLimits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /** Reads up to the start tag of the root element; gives the root without text and children. */
    XmlElement readRoot() throws XMLStreamException, BusException {
        while (reader.next() != XMLStreamConstants.START_ELEMENT) {
            if (reader.getEventType() == XMLStreamConstants.DTD) {
                throw XmlReader.documentType();
            }
        }
        return openElement().close();
    }

    /** Reads the whole document. */
    XmlElement read() throws XMLStreamException, BusException {
        XmlElement root = null;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> open.push(openElement());
                case XMLStreamConstants.END_ELEMENT -> {
                    XmlElement element = open.pop().close();
                    if (open.isEmpty()) {
                        root = element;
                    } else {
                        open.peek().children.add(element);
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        append(open.peek());
                    }
                }
                case XMLStreamConstants.DTD -> throw XmlReader.documentType();
                default -> {
                    // Comments and processing instructions are not passed to codecs.
                }
            }
        }
        return root;
    }

    private OpenElement openElement() {
        if (open.size() == limits.maxDepth()) {
            throw new LimitExceeded("maxDepth", limits.maxDepth(), "elements are nested deeper");
        }
        if (++elements > limits.maxElements()) {
            throw new LimitExceeded("maxElements", limits.maxElements(), "it has more elements");
        }
        return new OpenElement(reader.getLocalName(), attributes());
    }

    private Map<String, String> attributes() {
        int count = reader.getAttributeCount();
        if (count == 0) {
            return Map.of();
        }
        if (count > limits.maxAttributes() && count - headerCount() > limits.maxAttributes()) {
            throw new LimitExceeded("maxAttributes", limits.maxAttributes(), "an element has more attributes");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = reader.getAttributeLocalName(i);
            String value = reader.getAttributeValue(i);
            checkText(value.length(), "the attribute " + Excerpt.of(name) + " of <", reader.getLocalName());
            attributes.put(name, value);
        }
        return attributes;
    }

    /** The number of attributes that have a limit of their own: only the root has such attributes. */
    private int headerCount() {
        int headers = 0;
        for (int i = 0; i < reader.getAttributeCount() && open.isEmpty(); i++) {
            headers += reader.getAttributeLocalName(i).startsWith(XmlReader.HEADER_PREFIX) ? 1 : 0;
        }
        return headers;
    }

    private void append(OpenElement element) {
        long length = element.text.length() + (long) reader.getTextLength();
        checkText(length, "the text of <", element.name);
        element.text.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
    }

    private void checkText(long length, String what, String element) {
        if (length > limits.maxTextSize()) {
            throw new LimitExceeded(
                    "maxTextSize",
                    limits.maxTextSize(),
                    what + Excerpt.of(element) + "> has at least " + length + " characters");
        }
    }

    /** An element whose end tag was not read yet. */
    private static final class OpenElement {

        final List<XmlElement> children = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        final String name;
        private final Map<String, String> attributes;

        OpenElement(String name, Map<String, String> attributes) {
            this.name = name;
            this.attributes = attributes;
        }

        XmlElement close() {
            return new XmlElement(name, attributes, text.toString(), children);
        }
    }
}
