package org.slimta.bus.impl.xml;

import com.ctc.wstx.api.WstxOutputProperties;
import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLOutputFactory2;
import org.codehaus.stax2.XMLStreamProperties;
import org.codehaus.stax2.XMLStreamWriter2;
import org.slimta.bus.api.xml.XmlWriter;

/**
 * Writes one document in slimta's form: CR LF after every line, one space of indentation a level, an element without
 * children on one line. Source: the wire page, part A.
 */
public final class IndentedXmlWriter implements XmlWriter {

    private static final WstxOutputFactory FACTORY = newFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final XMLStreamWriter2 out;
    private final Deque<OpenElement> open = new ArrayDeque<>();
    private int floor;
    private int rootChildren;

    /**
     * Starts a document.
     *
     * @param root the name of its root element
     */
    public IndentedXmlWriter(String root) {
        try {
            out = (XMLStreamWriter2) FACTORY.createXMLStreamWriter(bytes, "UTF-8");
        } catch (XMLStreamException e) {
            throw new IllegalStateException("no XML writer", e);
        }
        start(root);
    }

    private static WstxOutputFactory newFactory() {
        WstxOutputFactory factory = new WstxOutputFactory();
        factory.setProperty(XMLOutputFactory2.P_AUTOMATIC_EMPTY_ELEMENTS, true);
        factory.setProperty(XMLOutputFactory2.IS_REPAIRING_NAMESPACES, false);
        factory.setProperty(XMLStreamProperties.XSP_NAMESPACE_AWARE, false);
        factory.setProperty(WstxOutputProperties.P_OUTPUT_VALIDATE_NAMES, true);
        factory.setProperty(WstxOutputProperties.P_OUTPUT_VALIDATE_ATTR, true);
        return factory;
    }

    /** Lets nothing more be said of the elements that are open now but their children. */
    public void guard() {
        floor = open.size();
    }

    /**
     * How many elements are open.
     *
     * @return their number, 1 for just the root
     */
    public int depth() {
        return open.size();
    }

    /**
     * How many elements stand directly in the root.
     *
     * @return their number so far
     */
    public int rootChildren() {
        return rootChildren;
    }

    @Override
    public XmlWriter start(String name) {
        OpenElement parent = open.peek();
        write(() -> {
            if (parent != null) {
                if (parent.content != Content.CHILDREN) {
                    out.writeRaw("\r\n");
                    parent.content = Content.CHILDREN;
                }
                out.writeRaw(" ".repeat(open.size()));
            }
            out.writeStartElement(name);
        });
        if (open.size() == 1) {
            rootChildren++;
        }
        open.push(new OpenElement(name));
        return this;
    }

    @Override
    public XmlWriter attribute(String name, String value) {
        OpenElement element = own("an attribute");
        if (element.content != Content.NONE) {
            throw new IllegalStateException("attribute " + name + " of <" + element.name + "> comes after its content");
        }
        XmlCharacters.check(value, "the attribute " + name + " of <" + element.name + ">");
        write(() -> out.writeAttribute(name, value));
        return this;
    }

    @Override
    public XmlWriter text(String text) {
        OpenElement element = own("text");
        if (element.content == Content.CHILDREN) {
            throw new IllegalStateException("text of <" + element.name + "> comes after its children; it must come first");
        }
        XmlCharacters.check(text, "the text of <" + element.name + ">");
        element.content = Content.TEXT;
        write(() -> {
            int from = 0;
            for (int lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', from)) {
                out.writeCharacters(text.substring(from, lf));
                out.writeRaw("\r\n");
                from = lf + 1;
            }
            out.writeCharacters(text.substring(from));
        });
        return this;
    }

    @Override
    public XmlWriter end() {
        own("an end");
        close();
        return this;
    }

    /**
     * Ends the document.
     *
     * @return its bytes
     */
    public byte[] finish() {
        while (!open.isEmpty()) {
            if (open.size() == 1 && open.peek().content == Content.NONE) {
                open.peek().content = Content.CHILDREN;
                write(() -> out.writeRaw("\r\n"));
            }
            close();
        }
        write(out::close);
        return bytes.toByteArray();
    }

    private void close() {
        OpenElement element = open.pop();
        write(() -> {
            if (element.content == Content.CHILDREN) {
                out.writeRaw(" ".repeat(open.size()));
            }
            out.writeEndElement();
            out.writeRaw("\r\n");
        });
    }

    private OpenElement own(String what) {
        if (open.size() <= floor) {
            throw new IllegalStateException(what + " was written, but no element is open that was started here");
        }
        return open.peek();
    }

    private void write(Writing writing) {
        try {
            writing.run();
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("this cannot be XML: " + e.getMessage(), e);
        }
    }

    private interface Writing {
        void run() throws XMLStreamException;
    }

    private enum Content {
        NONE,
        TEXT,
        CHILDREN
    }

    private static final class OpenElement {

        private final String name;
        private Content content = Content.NONE;

        OpenElement(String name) {
            this.name = name;
        }
    }
}
