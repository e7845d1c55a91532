package org.slimta.bus.impl.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import com.ctc.wstx.util.SymbolTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.io.Stax2ByteArraySource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;

/**
 * Reads a document into a tree of elements, without DTDs and entities, within limits. What is plain is read without Woodstox;
 * all else, and whatever is to be refused, with it. Thread-safe.
 */
public final class XmlReader {

    private static final Pattern LIMIT_EXCEEDED =
            Pattern.compile("(\\w+) limit \\(\\d+\\) exceeded", Pattern.CASE_INSENSITIVE);

    private final FrameLimits limits;
    private final WstxInputFactory factory = new ForgetfulFactory();
    private final NameCache names = new NameCache();

    public XmlReader(FrameLimits limits) {
        this.limits = limits;
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true); // Else those in values would vanish.
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setProperty(XMLInputFactory2.P_PRESERVE_LOCATION, false);
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, limits.depth());
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_COUNT, (long) limits.elements());
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, limits.attributes());
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, limits.textSize());
        factory.setProperty(WstxInputProperties.P_MAX_TEXT_LENGTH, (long) limits.textSize());
    }

    /**
     * Reads a document.
     *
     * @param xml its bytes, UTF-8
     * @return the root element
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public XmlElement read(byte[] xml) throws BusException {
        XmlElement plain = readPlain(xml);
        return plain != null ? plain : readAny(xml);
    }

    /**
     * Reads the children of the root element of a document whose start tag was read elsewhere.
     *
     * @param xml its bytes
     * @param contentStart where the content of the root element begins
     * @param root the name of the root element
     * @return the children, or null if the document is not plain: then it is to be read whole
     */
    public List<XmlElement> readPlainChildren(byte[] xml, int contentStart, String root) {
        return new PlainXmlParser(xml, limits, names).readChildren(contentStart, root);
    }

    /** Gives null if it is not plain. */
    XmlElement readPlain(byte[] xml) {
        return new PlainXmlParser(xml, limits, names).read();
    }

    XmlElement readAny(byte[] xml) throws BusException {
        return read(xml, this::readDocument);
    }

    /**
     * Reads the start of a document: the start tag of its root.
     *
     * @param xml its bytes, UTF-8
     * @return the root element without text and children
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public XmlElement readRoot(byte[] xml) throws BusException {
        return read(xml, reader -> {
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {
                if (reader.getEventType() == XMLStreamConstants.DTD) {
                    throw documentType();
                }
            }
            return new OpenElement(reader).close();
        });
    }

    private interface Reading {
        XmlElement read(XMLStreamReader reader) throws XMLStreamException, BusException;
    }

    private XmlElement read(byte[] xml, Reading reading) throws BusException {
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new Stax2ByteArraySource(xml, 0, xml.length));
            try {
                checkVersion(reader.getVersion());
                checkEncoding(reader.getCharacterEncodingScheme());
                checkEncoding(reader.getEncoding());
                return reading.read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException | RuntimeException e) {
            throw refusal(e);
        }
    }

    /** XML 1.1 can hold characters that XML 1.0 cannot: what is read of it could not be sent on. */
    private static void checkVersion(String version) throws BusException {
        if (version != null && !version.equals("1.0")) {
            throw new BusException(Reason.MALFORMED, "the XML is of version " + version + "; it must be 1.0");
        }
    }

    private static void checkEncoding(String encoding) throws BusException {
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8") && !encoding.equalsIgnoreCase("US-ASCII")) {
            throw new BusException(Reason.MALFORMED, "the XML is in the encoding " + encoding + "; it must be UTF-8");
        }
    }

    private static BusException documentType() {
        return new BusException(Reason.MALFORMED, "the XML has a document type declaration, which is not allowed");
    }

    private XmlElement readDocument(XMLStreamReader reader) throws XMLStreamException, BusException {
        Deque<OpenElement> open = new ArrayDeque<>();
        XmlElement root = null;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> open.push(new OpenElement(reader));
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
                        open.peek().append(reader, limits.textSize());
                    }
                }
                case XMLStreamConstants.DTD -> throw documentType();
                default -> {
                    // Comments and processing instructions say nothing to a codec.
                }
            }
        }
        return root;
    }

    /** Woodstox tells a limit from bad XML only by its message. */
    private BusException refusal(Exception e) {
        String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        Matcher exceeded = LIMIT_EXCEEDED.matcher(message);
        if (!exceeded.find()) {
            return new BusException(Reason.MALFORMED, "the XML is not well-formed: " + message, e);
        }
        String limit =
                switch (exceeded.group(1).toLowerCase(Locale.ROOT)) {
                    case "depth" -> "depth of " + limits.depth();
                    case "attribute" -> "attributes of " + limits.attributes();
                    case "count" -> "elements of " + limits.elements();
                    default -> "textSize of " + limits.textSize();
                };
        return new BusException(Reason.TOO_LARGE, "the XML is over the limit " + limit + ": " + message, e);
    }

    /** Woodstox keeps names that it has read in one table for the whole JVM, however long they are: this one does not. */
    private static final class ForgetfulFactory extends WstxInputFactory {

        @Override
        public void updateSymbolTable(SymbolTable names) {
            // The names of one document are of no use to the next.
        }
    }

    /** An element whose end is still to come. */
    private static final class OpenElement {

        final List<XmlElement> children = new ArrayList<>();
        private final String name;
        private final Map<String, String> attributes;
        private final StringBuilder text = new StringBuilder();

        OpenElement(XMLStreamReader reader) {
            name = reader.getLocalName();
            int count = reader.getAttributeCount();
            attributes = count == 0 ? Map.of() : new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
            }
        }

        void append(XMLStreamReader reader, int textSize) throws BusException {
            if (text.length() + (long) reader.getTextLength() > textSize) {
                throw new BusException(
                        Reason.TOO_LARGE, "the text of <" + name + "> is over the limit textSize of " + textSize);
            }
            text.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
        }

        XmlElement close() {
            return new XmlElement(name, attributes, text.toString(), children);
        }
    }
}
