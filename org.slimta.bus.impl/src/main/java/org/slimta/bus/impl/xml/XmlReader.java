package org.slimta.bus.impl.xml;

import com.ctc.wstx.api.ReaderConfig;
import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import com.ctc.wstx.util.SymbolTable;
import java.util.List;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.io.Stax2ByteArraySource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.text.Ascii;
import org.slimta.bus.impl.text.Excerpt;

/**
 * Reads a document into a tree of elements, within limits and without DTDs and entities. A plain document is read
 * without Woodstox, any other with it, and only Woodstox rejects documents. The cost depends only on the size of the
 * document, not on its contents. Thread-safe.
 */
public final class XmlReader {

    /** What the names of those attributes of a root begin with that do not count for the limit of attributes. */
    public static final String HEADER_PREFIX = "h-";

    private static final List<String> ENCODINGS = List.of("UTF-8", "US-ASCII", "ISO-8859-1");

    private final FrameLimits limits;
    private final WstxInputFactory factory = new ForgetfulFactory();
    private final NameCache names = new NameCache();

    /**
     * Creates a reader.
     *
     * @param limits the limits of a document
     */
    public XmlReader(FrameLimits limits) {
        this.limits = limits;
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        // Otherwise references in values would vanish.
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setProperty(XMLInputFactory2.P_PRESERVE_LOCATION, false);
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        // Woodstox checks only one limit, that of attributes: so it need not be asked which limit was exceeded. The
        // root
        // may have headers besides; XmlTree checks the other elements.
        factory.setProperty(
                WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, limits.maxAttributes() + limits.maxHeaders());
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, Integer.MAX_VALUE);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, Integer.MAX_VALUE);
    }

    /** {@return the limits of a document} */
    public FrameLimits limits() {
        return limits;
    }

    /** {@return the maximum size of the start tag of the root of a frame, in bytes} */
    public int maxStartTagBytes() {
        return Prolog.maxStartTagBytes(limits);
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
     * @param contentStart the index at which the content of the root element begins
     * @param root the name of the root element
     * @param rootAttributes how many attributes it has at most
     * @return the children; null if the document is not plain: then it must be read from its beginning
     */
    public List<XmlElement> readPlainChildren(byte[] xml, int contentStart, String root, int rootAttributes) {
        return new PlainXmlParser(xml, limits, names).readChildren(contentStart, root, rootAttributes);
    }

    /** Gives the root element; null if the document is not plain. */
    XmlElement readPlain(byte[] xml) {
        return new PlainXmlParser(xml, limits, names).read();
    }

    XmlElement readAny(byte[] xml) throws BusException {
        Prolog.check(xml, limits.maxPrologSize());
        return read(xml, reader -> new XmlTree(reader, limits).read());
    }

    /**
     * Reads the start of a document: the start tag of its root, which may have 64 KiB besides the headers. The cost does
     * not depend on the size of the document.
     *
     * @param xml its bytes, UTF-8
     * @return the root element without text and children
     * @throws BusException with {@code MALFORMED} or {@code TOO_LARGE}
     */
    public XmlElement readRoot(byte[] xml) throws BusException {
        Prolog.checkWithStartTag(xml, limits);
        return read(xml, reader -> new XmlTree(reader, limits).readRoot());
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
        } catch (LimitExceeded e) {
            throw new BusException(Reason.TOO_LARGE, e.getMessage());
        } catch (XMLStreamException e) {
            throw rejection(e);
        } catch (RuntimeException e) {
            throw new BusException(Reason.MALFORMED, "the XML cannot be read: " + Excerpt.ofMessage(e.toString()));
        }
    }

    /** XML 1.1 can hold characters that XML 1.0 cannot: what was read from it could not be forwarded. */
    private static void checkVersion(String version) throws BusException {
        if (version != null && !version.equals("1.0")) {
            throw new BusException(Reason.MALFORMED, "the XML has version " + Excerpt.of(version) + "; it must be 1.0");
        }
    }

    private static void checkEncoding(String encoding) throws BusException {
        if (encoding != null && ENCODINGS.stream().noneMatch(known -> Ascii.isSameIgnoringCase(known, encoding))) {
            throw new BusException(
                    Reason.MALFORMED, "the XML has the encoding " + Excerpt.of(encoding) + "; it must be UTF-8");
        }
    }

    static BusException documentType() {
        return new BusException(Reason.MALFORMED, "the XML has a document type declaration, which is not allowed");
    }

    /**
     * Woodstox throws an exception of its own for bad XML, and the general one for a limit. Its message repeats what
     * the peer sent, so it is only shown: no decision depends on it.
     */
    private BusException rejection(XMLStreamException e) {
        if (e.getClass() == XMLStreamException.class) {
            return new BusException(
                    Reason.TOO_LARGE,
                    "the XML is over the limit maxAttributes of " + limits.maxAttributes()
                            + ": an element has more attributes, or the root has more than these and maxHeaders ("
                            + limits.maxHeaders() + ") together");
        }
        String message = String.valueOf(e.getMessage());
        int place = message.lastIndexOf("at [row,col");
        String what =
                Excerpt.of(place < 0 ? message : message.substring(0, place).strip());
        Location location = e.getLocation();
        String where = location == null
                ? ""
                : " at line " + location.getLineNumber() + ", column " + location.getColumnNumber();
        return new BusException(Reason.MALFORMED, "the XML is not well-formed" + where + ": " + what);
    }

    /**
     * Gives each document its own table of names. That of Woodstox serves the whole JVM, and keeps what it has read.
     */
    private final class ForgetfulFactory extends WstxInputFactory {

        @Override
        public ReaderConfig createPrivateConfig() {
            return mConfig.createNonShared(new NameTable(limits));
        }

        @Override
        public void updateSymbolTable(SymbolTable table) {
            // The names of one document are of no use to the next.
        }
    }
}
