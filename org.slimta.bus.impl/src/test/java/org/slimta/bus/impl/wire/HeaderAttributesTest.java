package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.xml.XmlElement;
import org.slimta.bus.impl.xml.XmlReader;

/** Headers on the wire: what is written, and what is read of what a peer may write. */
class HeaderAttributesTest {

    private static final FrameLimits LIMITS = FrameLimits.defaults();

    /** Two forms of the same start tag. */
    private enum Form {
        /** As this bus writes it: it is read without an XML parser. */
        OWN,
        /** Another one. */
        OTHER;

        /** A request with these attributes besides its number. */
        String requests(String attributes) {
            return this == OWN
                    ? "<requests tx=\"7\" ttl=\"9\"" + attributes + "><text>a</text></requests>"
                    : "<requests  ttl='9'" + attributes.replace('"', '\'') + " tx='7'\n><text>a</text></requests>";
        }

        FrameHeader read(String attributes, FrameLimits limits) throws BusException {
            FrameHeader header = new FrameHeaderReader(new XmlReader(limits)).read(frame(requests(attributes)));
            assertEquals(7, header.tx());
            assertEquals(9, header.ttl());
            assertEquals(this == OWN, header.contentStart() > 0);
            return header;
        }

        FrameHeader read(String attributes) throws BusException {
            return read(attributes, LIMITS);
        }
    }

    private static Frame frame(String xml) {
        return new Frame(xml.getBytes(UTF_8), List.of());
    }

    private static String attributes(int count, String value) {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < count; i++) {
            attributes.append(" h-n").append(i).append("=\"").append(value).append('"');
        }
        return attributes.toString();
    }

    /** Requests cannot be read. Of responses the transaction is known, but they cannot be read either. */
    private static BusException faultOf(Form form, String attributes) throws BusException {
        BusException ofRequests = assertThrows(BusException.class, () -> form.read(attributes));
        String responses =
                form.requests(attributes).replace("requests", "responses").replaceAll(" ttl=.9.", "");
        BusException ofResponses = faultOf(frame(responses));
        assertEquals(ofRequests.reason(), ofResponses.reason());
        assertEquals(ofRequests.getMessage(), ofResponses.getMessage());
        return ofRequests;
    }

    private static BusException faultOf(Frame responses) throws BusException {
        FrameHeader header = new FrameHeaderReader(new XmlReader(LIMITS)).read(responses);
        assertEquals(7, header.tx());
        assertSame(Headers.none(), header.headers());
        EnvelopeReader reader = new EnvelopeReader(new XmlReader(LIMITS), LIMITS);
        return assertThrows(BusException.class, () -> reader.read(responses, header, Envelope.RESPONSES));
    }

    @ParameterizedTest
    @EnumSource
    void headersAreReadAndTheItemsToo(Form form) throws Exception {
        FrameHeader header = form.read(" h-b=\"2\" h-a=\"x y\" h-0.-_=\"\"");
        assertEquals("Headers{b=2, a=x y, 0.-_=}", header.headers().toString());
        List<XmlElement> items = new EnvelopeReader(new XmlReader(LIMITS), LIMITS)
                .read(frame(form.requests(" h-b=\"2\" h-a=\"x y\" h-0.-_=\"\"")), header, Envelope.REQUESTS);
        assertEquals("a", items.get(0).text());
        assertTrue(header.weight() > 3 * 100, "their memory counts");
        assertEquals(0, form.read("").weight());
        assertSame(Headers.none(), form.read("").headers());
    }

    @Test
    void referencesAndOtherCharactersAreRead() throws Exception {
        FrameHeader header = new FrameHeaderReader(new XmlReader(LIMITS))
                .read(frame("<requests tx=\"7\" h-a=\"&lt;&amp;&quot;&#x9;&#xa;&#xd;é\" h-b=\"a\tb\nc\"></requests>"));
        assertEquals("<&\"\t\n\ré", header.headers().get("a"));
        assertEquals("a b c", header.headers().get("b"), "XML says so");
    }

    @ParameterizedTest
    @EnumSource
    void attributesWithOtherNamesAreIgnored(Form form) throws Exception {
        for (String other : List.of("h-", "h", "H-a", "h-A", "h-.a", "h-a:b", "h-" + "a".repeat(65), "g-a", "h-é")) {
            FrameHeader header = new FrameHeaderReader(new XmlReader(LIMITS))
                    .read(frame(form.requests(" " + other + "=\"1\" h-good=\"2\"")));
            assertEquals(Headers.of("good", "2"), header.headers(), other);
            assertNull(header.headerFault(), other);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatOccursTwiceIsMalformed(Form form) {
        BusException refused = assertThrows(
                BusException.class,
                () -> new FrameHeaderReader(new XmlReader(LIMITS))
                        .read(frame(form.requests(" h-a=\"1\" h-b=\"1\" h-a=\"1\""))));
        assertEquals(Reason.MALFORMED, refused.reason());
    }

    @ParameterizedTest
    @EnumSource
    void moreHeadersThanAllowedFailTheTransaction(Form form) throws Exception {
        assertEquals(32, form.read(attributes(32, "x")).headers().size());
        BusException fault = faultOf(form, attributes(33, "x"));
        assertEquals(Reason.TOO_LARGE, fault.reason());
        assertEquals("the transaction has 33 headers, over the limit maxHeaders of 32", fault.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void largerHeadersThanAllowedFailTheTransaction(Form form) throws Exception {
        String fits = " h-abc=\"" + "x".repeat(8189) + "\"";
        assertEquals(8189, form.read(fits).headers().get("abc").length());
        String over = " h-abc=\"" + "x".repeat(8190) + "\"";
        BusException fault = faultOf(form, over);
        assertEquals(Reason.TOO_LARGE, fault.reason());
        assertEquals(
                "the headers of the transaction have 8193 bytes, over the limit maxHeaderSize of 8192",
                fault.getMessage());
    }

    @Test
    void theLargestHeadersCanBeReadHoweverTheyAreEscaped() throws Exception {
        Headers headers = Headers.of("a", "\"".repeat(8191));
        HeaderAttributes.check(headers, LIMITS);
        OutgoingFrame sent = new EnvelopeWriter(Envelope.REQUESTS, headers).finish();
        Frame read = new Frame(sent.xml(), List.of());
        assertEquals(
                headers, new FrameHeaderReader(new XmlReader(LIMITS)).read(read).headers());
    }

    @Test
    void bytesCountAndNotCharacters() throws Exception {
        HeaderAttributes.check(Headers.of("a", "é".repeat(4095)), LIMITS);
        for (String value : List.of("é".repeat(4096), "€".repeat(2731), "😀".repeat(2048))) {
            BusException refused =
                    assertThrows(BusException.class, () -> HeaderAttributes.check(Headers.of("a", value), LIMITS));
            assertEquals(
                    "the headers of the transaction have " + (1 + value.getBytes(UTF_8).length)
                            + " bytes, over the limit maxHeaderSize of 8192",
                    refused.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyDoNotCountAsAttributes(Form form) throws Exception {
        FrameLimits few = FrameLimits.builder().maxAttributes(2).build();
        String xml = form.requests(attributes(32, "x")).replace("<text>a", "<text>\u00e4");
        FrameHeader header = new FrameHeaderReader(new XmlReader(few)).read(frame(xml));
        assertEquals(32, header.headers().size());
        assertEquals(
                1,
                new EnvelopeReader(new XmlReader(few), few)
                        .read(frame(xml), header, Envelope.REQUESTS)
                        .size());
        String item = xml.replace("<text>", "<text a='1' b='2' c='3'>");
        BusException refused = assertThrows(
                BusException.class,
                () -> new EnvelopeReader(new XmlReader(few), few).read(frame(item), header, Envelope.REQUESTS));
        assertEquals(Reason.TOO_LARGE, refused.reason());
        assertTrue(refused.getMessage().contains("maxAttributes of 2"), refused.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void manyMoreThanAllowedFailTheTransactionToo(Form form) {
        BusException fault = assertThrows(BusException.class, () -> form.read(attributes(5000, "x")));
        assertEquals(Reason.TOO_LARGE, fault.reason());
        assertTrue(fault.getMessage().contains("maxHeaders"), fault.getMessage());
    }

    @Test
    void aFailureIsReadAlthoughItsHeadersAreTooMany() throws Exception {
        Frame frame = frame("<responses tx=\"7\" error=\"codec\"" + attributes(33, "x") + ">why</responses>");
        assertEquals(Reason.CODEC, faultOf(frame).reason());
    }

    @Test
    void withoutHeadersNotAByteIsDifferent() throws Exception {
        assertEquals("<requests>\r\n</requests>\r\n", xml(Headers.none()));
        assertEquals(
                "<requests h-b=\"2\" h-a=\"&lt;&quot;\">\r\n</requests>\r\n", xml(Headers.of("b", "2", "a", "<\"")));
    }

    private static String xml(Headers headers) {
        return new String(
                new EnvelopeWriter(Envelope.REQUESTS, headers).finish().xml(), UTF_8);
    }

    @Test
    void theNumberComesFirstAndHeadersCountAsBytesOfTheXml() throws Exception {
        OutgoingFrame frame = new EnvelopeWriter(Envelope.REQUESTS, Headers.of("a", "1")).finish();
        FrameEncoder encoder = new FrameEncoder(frame, LIMITS);
        assertEquals(6 + frame.xml().length, encoder.size());
        ByteBuffer bytes = ByteBuffer.allocate(encoder.room());
        encoder.putInto(bytes, RootAttributes.request(7, 9));
        String written = new String(bytes.array(), 6, bytes.position() - 6, UTF_8);
        assertEquals("<requests tx=\"7\" ttl=\"9\" h-a=\"1\">\r\n</requests>\r\n", written);
        FrameLimits small =
                FrameLimits.builder().maxXmlSize(frame.xml().length - 1).build();
        BusException refused = assertThrows(BusException.class, () -> new FrameEncoder(frame, small));
        assertEquals(Reason.TOO_LARGE, refused.reason());
    }
}
