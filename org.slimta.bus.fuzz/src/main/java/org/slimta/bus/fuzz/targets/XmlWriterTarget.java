package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.api.xml.XmlWriter;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.RootAttributes;
import org.slimta.bus.impl.xml.IndentedXmlWriter;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * A document is written in the way of codecs, correct or not: any names, texts and values in any order. The writer
 * refuses what it must, and a refused step has no effect; the document that it accepts is read in the same way by three
 * parsers.
 */
public final class XmlWriterTarget {

    private static final int MAX_STEPS = 200;
    private static final DocumentBuilder JDK = newBuilder();

    private final XmlWriter xml;
    private final boolean guarded;
    private final Deque<Open> open = new ArrayDeque<>();

    private XmlWriterTarget(XmlWriter xml, boolean guarded) {
        this.xml = xml;
        this.guarded = guarded;
        open.push(new Open(Envelope.REQUESTS.root()));
    }

    /** An element that was started, with its expected contents. */
    private static final class Open {

        final String name;
        final Map<String, String> attributes = new LinkedHashMap<>();
        final StringBuilder text = new StringBuilder();
        final List<XmlElement> children = new ArrayList<>();
        boolean hasText;

        Open(String name) {
            this.name = name;
        }

        XmlElement end() {
            return new XmlElement(name, attributes, text.toString(), children);
        }
    }

    private static DocumentBuilder newBuilder() {
        try {
            DocumentBuilder builder =
                    DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Tests a script.
     *
     * @param input the bytes of the {@link Script}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Script script = new Script(input);
        if (script.number(2) == 0) {
            checkDocument(script);
        } else {
            checkItems(script);
        }
    }

    private static void checkDocument(Script script) {
        IndentedXmlWriter writer = new IndentedXmlWriter(Envelope.REQUESTS.root());
        XmlWriterTarget codec = new XmlWriterTarget(writer, false);
        XmlElement written = codec.play(script);
        check(Documents.rootAsWritten(written, codec.open.peek().hasText), writer.finish());
    }

    private static void checkItems(Script script) {
        EnvelopeWriter writer = new EnvelopeWriter(Envelope.REQUESTS);
        XmlElement written = new XmlWriterTarget(writer.xml(), true).play(script);
        try {
            writer.endItem();
            Broken.unlessSame(1, written.children().size(), "the elements of one item");
        } catch (IllegalStateException e) {
            // Expected after nearly every script: it did not write exactly one element.
        }
        int tx = 1 + script.number(200);
        int ttl = script.number(200);
        byte[] attributes = RootAttributes.request(tx, ttl);
        try {
            Frame frame = Wire.decodeOne(Wire.encode(writer.finish(), attributes, FrameLimits.defaults()));
            FrameHeader header = Documents.WIDE.headers().read(frame);
            List<XmlElement> items = Documents.WIDE.envelopes().read(frame, header, Envelope.REQUESTS);
            XmlElement expected = Documents.rootAsWritten(written, false);
            Broken.unlessSame(expected.children(), items, "the items as written and as read");
            check(
                    new XmlElement(expected.name(), Map.of("tx", "" + tx, "ttl", "" + ttl), expected.text(), items),
                    frame.xml());
        } catch (BusException e) {
            throw new IllegalStateException("the document that was written is refused", e);
        }
    }

    private static void check(XmlElement expected, byte[] document) {
        Outcome<XmlElement> read = Documents.WIDE.read(document);
        Broken.unlessSame(new Outcome<>(expected, null), read, "the document as written and as read");
        try {
            Element root = JDK.parse(new ByteArrayInputStream(document)).getDocumentElement();
            Broken.unlessSame(
                    expected, elementOf(root), "the document as written and as read by the parser of the JDK");
        } catch (IOException | SAXException e) {
            throw new IllegalStateException(
                    "the parser of the JDK refuses the document that was written:\n" + new String(document, UTF_8), e);
        }
    }

    private static XmlElement elementOf(Element element) {
        Map<String, String> attributes = new LinkedHashMap<>();
        NamedNodeMap all = element.getAttributes();
        for (int i = 0; i < all.getLength(); i++) {
            attributes.put(all.item(i).getNodeName(), all.item(i).getNodeValue());
        }
        StringBuilder text = new StringBuilder();
        List<XmlElement> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                children.add(elementOf(child));
            } else {
                text.append(node.getNodeValue());
            }
        }
        return new XmlElement(element.getNodeName(), attributes, text.toString(), children);
    }

    private XmlElement play(Script script) {
        for (int steps = 0; script.hasMore() && steps < MAX_STEPS; steps++) {
            switch (script.number(5)) {
                case 0 -> start(script.string());
                case 1 -> attribute(script.string(), script.string());
                case 2 -> text(script.string());
                case 3 -> end();
                default -> {
                    start("a");
                    attribute("b", script.string());
                    text(script.string());
                    end();
                }
            }
        }
        while (open.size() > 1) {
            endNow();
        }
        return open.peek().end();
    }

    private void start(String name) {
        if (isAccepted(() -> xml.start(name))) {
            open.push(new Open(name));
        }
    }

    private void attribute(String name, String value) {
        Open element = open.peek();
        boolean forbidden =
                isGuarded() || element.hasText || !element.children.isEmpty() || element.attributes.containsKey(name);
        if (isAccepted(() -> xml.attribute(name, value))) {
            Broken.unless(!forbidden, () -> "an attribute was accepted where none is allowed");
            element.attributes.put(name, value);
        }
    }

    private void text(String text) {
        Open element = open.peek();
        boolean forbidden = isGuarded() || !element.children.isEmpty();
        if (isAccepted(() -> xml.text(text))) {
            Broken.unless(!forbidden, () -> "text was accepted where none is allowed");
            element.hasText = true;
            element.text.append(text);
        }
    }

    private void end() {
        if (open.size() == 1) {
            if (guarded) {
                Broken.unless(!isAccepted(xml::end), () -> "an end was accepted of an element that was not started");
            }
        } else {
            Broken.unless(isAccepted(xml::end), () -> "an end was refused");
            endNow();
        }
    }

    private void endNow() {
        XmlElement ended = open.pop().end();
        open.peek().children.add(ended);
    }

    private boolean isGuarded() {
        return guarded && open.size() == 1;
    }

    private static boolean isAccepted(Runnable step) {
        try {
            step.run();
            return true;
        } catch (IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }
}
