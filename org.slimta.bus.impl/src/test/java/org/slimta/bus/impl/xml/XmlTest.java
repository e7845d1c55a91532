package org.slimta.bus.impl.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;

class XmlTest {

    private static XmlElement read(String xml) throws BusException {
        return read(xml, FrameLimits.defaults());
    }

    private static XmlElement read(String xml, FrameLimits limits) throws BusException {
        return new XmlReader(limits).read(xml.getBytes(UTF_8));
    }

    private static BusException refusal(String xml, FrameLimits limits) {
        return assertThrows(BusException.class, () -> read(xml, limits));
    }

    @Test
    void charactersThatTextMustNotHaveAreEscapedEvenInPieces() throws Exception {
        IndentedXmlWriter xml = new IndentedXmlWriter("a");
        xml.text("]]").text(">x").text("]").text("]").text(">");
        assertEquals("]]>x]]>", read(new String(xml.finish(), UTF_8)).text());
    }

    @Test
    void theFormIsThatOfTheWirePage() {
        IndentedXmlWriter xml = new IndentedXmlWriter("responses");
        xml.start("reply")
                .attribute("code", "250")
                .text("Ok")
                .element("data", "x")
                .end();
        xml.start("contents").attribute("part", "1").end();
        xml.element("sender", "");
        xml.element("sender", "a@b");
        xml.start("a").start("b").end().end();
        assertEquals("""
                <responses>
                 <reply code="250">Ok
                  <data>x</data>
                 </reply>
                 <contents part="1"/>
                 <sender></sender>
                 <sender>a@b</sender>
                 <a>
                  <b/>
                 </a>
                </responses>
                """.replace("\n", "\r\n"), new String(xml.finish(), UTF_8));
    }

    @Test
    void anEmptyRootHasTwoLines() {
        assertEquals("<requests>\r\n</requests>\r\n", new String(new IndentedXmlWriter("requests").finish(), UTF_8));
    }

    @Test
    void textIsNotEscapedBeyondNeed() {
        IndentedXmlWriter xml = new IndentedXmlWriter("r");
        xml.element("t", "a \"b\" 'c' <d> & e > f ü 😀");
        assertEquals("<r>\r\n <t>a \"b\" 'c' &lt;d> &amp; e > f ü 😀</t>\r\n</r>\r\n", new String(xml.finish(), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a",
                "<&>\"'",
                "]]>",
                ">",
                "a\nb",
                "a\r\nb",
                "\r",
                "\n",
                "\t",
                " both ends ",
                "ümläut",
                "日本",
                "😀",
                "\u0085\u2028",
                "a\r\n\r\n b\n"
            })
    void whateverIsWrittenIsRead(String value) throws Exception {
        IndentedXmlWriter xml = new IndentedXmlWriter("r");
        xml.start("t").attribute("a", value).text(value).end();
        XmlElement read = read(new String(xml.finish(), UTF_8)).child("t");
        assertEquals(value, read.text());
        assertEquals(value, read.attribute("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "a\u0001", "\u001f", "\ud800", "a\udc00b", "\uffff", "\ufffe", "\ud800\ud800"})
    void whatXmlCannotHoldIsRefused(String value) {
        IndentedXmlWriter xml = new IndentedXmlWriter("r");
        xml.start("t");
        assertThrows(IllegalArgumentException.class, () -> xml.attribute("a", value));
        assertThrows(IllegalArgumentException.class, () -> xml.text(value));
    }

    /** A codec may catch the exception that it has caused, and continue. */
    @Test
    void nothingIsWrittenOfANullValue() throws Exception {
        IndentedXmlWriter xml = new IndentedXmlWriter("r");
        xml.start("t");
        assertThrows(NullPointerException.class, () -> xml.attribute("a", null));
        assertThrows(NullPointerException.class, () -> xml.attribute(null, "v"));
        assertThrows(NullPointerException.class, () -> xml.text(null));
        assertThrows(NullPointerException.class, () -> xml.element("e", null));
        assertThrows(NullPointerException.class, () -> xml.element(null, "text"));
        assertThrows(NullPointerException.class, () -> xml.start(null));
        xml.attribute("a", "v").end();
        assertEquals("<r>\r\n <t a=\"v\"/>\r\n</r>\r\n", new String(xml.finish(), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "<", "1a", "a>", "\u0000", "\u0132", "\ud83d", "a\ud83d", "a\ude00", "\ud83d\ude00"})
    void whatIsNoNameIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new IndentedXmlWriter("r").start(name));
        assertThrows(
                IllegalArgumentException.class,
                () -> new IndentedXmlWriter("r").start("t").attribute(name, "v"));
    }

    @Test
    void theOrderOfWritingIsChecked() {
        IndentedXmlWriter xml = new IndentedXmlWriter("r");
        xml.guard();
        assertThrows(IllegalStateException.class, xml::end);
        assertThrows(IllegalStateException.class, () -> xml.text("text of the root"));
        assertThrows(IllegalStateException.class, () -> xml.attribute("of", "the root"));
        xml.start("t").element("child", "c");
        assertThrows(IllegalStateException.class, () -> xml.text("after a child"));
        assertThrows(IllegalStateException.class, () -> xml.attribute("after", "a child"));
    }

    @Test
    void anElementIsReadWithAllItsContents() throws Exception {
        XmlElement read = read("<a x='1' y:z=\"2\">t1<b/>t<![CDATA[2<]]><!-- no --><c>&lt;&#65;</c>\r\n</a>");
        assertEquals(Map.of("x", "1", "y:z", "2"), read.attributes());
        assertEquals("t1t2<\n", read.text());
        assertEquals(
                List.of("b", "c"),
                read.children().stream().map(XmlElement::name).toList());
        assertEquals("<A", read.childText("c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<a>",
                "<a></b>",
                "<a b='1' b='2'/>",
                "<a b=1/>",
                "<a/><b/>",
                "text",
                "<a>&nbsp;</a>",
                "<a>&#1;</a>",
                "<!DOCTYPE a><a/>",
                "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
                "<?xml version='1.0' encoding='UTF-16'?><a/>",
                "<?xml version='1.0' encoding='ISO-8859-15'?><a/>",
                "<?xml version='1.1'?><a>&#1;</a>"
            })
    void whatIsNoTransactionIsMalformed(String xml) {
        assertEquals(Reason.MALFORMED, refusal(xml, FrameLimits.defaults()).reason());
    }

    @Test
    void entitiesAreNotExpanded() {
        String laughs = "<!DOCTYPE a [<!ENTITY b 'haha'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;&c;&c;</a>";
        assertEquals(Reason.MALFORMED, refusal(laughs, FrameLimits.defaults()).reason());
    }

    @Test
    void depthIsLimited() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxDepth(3).build();
        read("<a><b><c/></b></a>", limits);
        assertLimit("maxDepth of 3", "<a><b><c><d/></c></b></a>", limits);
    }

    @Test
    void attributesAreLimited() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxAttributes(2).build();
        read("<a b='1' c='2'/>", limits);
        assertLimit("maxAttributes of 2", "<a b='1' c='2' d='3'/>", limits);
        assertLimit("maxAttributes of 2", "<a><a h-b='1' h-c='2' h-d='3'/></a>", limits);
        assertEquals(
                5,
                read("<a h-a='1' b='1' h-b='1' c='2' h-d='3'/>", limits)
                        .attributes()
                        .size());
        assertLimit("maxAttributes of 2", "<a h-a='1' b='1' h-b='1' c='2' d='3'/>", limits);
    }

    @Test
    void textIsLimited() throws Exception {
        FrameLimits limits = FrameLimits.builder().maxTextSize(100).build();
        read("<a>" + "x".repeat(100) + "</a>", limits);
        assertLimit("maxTextSize of 100", "<a>" + "x".repeat(101) + "</a>", limits);
        assertLimit("maxTextSize of 100", "<a>" + "x".repeat(50) + "<b/>" + "x".repeat(51) + "</a>", limits);
        assertLimit("maxTextSize of 100", "<a>" + "x".repeat(1_000_000) + "</a>", limits);
        assertLimit("maxTextSize of 100", "<a b='" + "x".repeat(1_000_000) + "'/>", limits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<NAME/>",
                "<a><NAME/></a>",
                "<a NAME='1'/>",
                "<a NAME=\"1\"/>",
                "<a><NAME></NAME></a>",
                "<?NAME x?><a/>",
                "<a><?NAME x?></a>",
                "<a/><?NAME?>",
                "<a>\u00fc<NAME/></a>"
            })
    void namesAreLimited(String xml) throws Exception {
        FrameLimits limits = FrameLimits.builder().maxNameSize(20).build();
        read(xml.replace("NAME", "n".repeat(20)), limits);
        assertLimit("maxNameSize of 20", xml.replace("NAME", "n".repeat(21)), limits);
        assertLimit("maxNameSize of 1000", xml.replace("NAME", "n".repeat(60_000)), FrameLimits.defaults());
    }

    @Test
    void namesOfEntitiesAreLimitedToo() {
        assertLimit("maxNameSize of 1000", "<a>&" + "n".repeat(200_000) + ";</a>", FrameLimits.defaults());
        assertLimit("maxNameSize of 1000", "<a b='&" + "n".repeat(200_000) + ";'/>", FrameLimits.defaults());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<N/>", "<a N=\"1\"/>", "<a N='1'/>", "<?N?>", "<N>\u00fc</N>", "<N/><N/><N/>", "<N><N/></N>"})
    void differentNamesAreLimited(String unit) throws Exception {
        FrameLimits limits = FrameLimits.builder().maxDistinctNames(30).build();
        StringBuilder few = new StringBuilder("<a>");
        for (int i = 0; i < 1000; i++) {
            few.append(unit.replace("N", "n" + i % 29));
        }
        read(few + "</a>", limits);
        assertLimit("maxDistinctNames of 30", few + unit.replace("N", "n29") + "</a>", limits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\r\n\t",
                "<!-- -->",
                "<?x?>",
                "<?x -->?>",
                "<!--?>-->",
                "<!--x-->\n<?y?> ",
                "<!-- <a> -->",
                "\uFEFF "
            })
    void whatPrecedesTheRootIsLimited(String before) throws Exception {
        int size = before.getBytes(UTF_8).length;
        assertEquals(
                "a",
                read(before + "<a/>", FrameLimits.builder().maxPrologSize(size).build())
                        .name());
        FrameLimits limits = FrameLimits.builder().maxPrologSize(size - 1).build();
        assertLimit("maxPrologSize of " + (size - 1), before + "<a/>", limits);
        assertLimit("maxPrologSize of " + (size - 1), before + "<a>\u00fc</a>", limits);
        assertLimit("maxPrologSize of 65536", before + " ".repeat(65_537) + "<a/>", FrameLimits.defaults());
        assertLimit("maxPrologSize of 65536", before + " ".repeat(65_537), FrameLimits.defaults());
    }

    @Test
    void theStartTagOfARootThatIsReadAloneIsLimited() throws Exception {
        byte[] large = ("<a b='" + "x".repeat(65_536 + 6 * 8_192 - 8) + "'>").getBytes(UTF_8);
        assertEquals("a", new XmlReader(FrameLimits.defaults()).readRoot(large).name(), "headers have room");
        XmlReader reader = new XmlReader(FrameLimits.builder().maxHeaderSize(0).build());
        String start = "<a b='\">' c=\"'>\" d='";
        for (String before : List.of("", "<!-- <a b='> -->\n", "<?x '?>", "\uFEFF")) {
            String most = before + start + "x".repeat(65_536 - start.length() - 2) + "'>";
            assertEquals("a", reader.readRoot(most.getBytes(UTF_8)).name());
            String endless = before + "<" + "n".repeat(70_000);
            for (String more : List.of(most.replace("'>", "x'>"), most.replace("x'>", "x"), endless)) {
                byte[] xml = (more + "<b/></a>").getBytes(UTF_8);
                BusException failure = assertThrows(BusException.class, () -> reader.readRoot(xml));
                assertEquals(Reason.TOO_LARGE, failure.reason(), failure.getMessage());
            }
        }
        assertEquals(
                "a", read("<a b='" + "x".repeat(100_000) + "'/>").name(), "of a document that is read whole it is not");
    }

    @Test
    void theDeclarationPrecedesTheRoot() throws Exception {
        String xml = "<?xml version='1.0' encoding='UTF-8'?>\n<a/>";
        read(xml, FrameLimits.builder().maxPrologSize(xml.length() - 4).build());
        assertLimit(
                "maxPrologSize of 38",
                xml,
                FrameLimits.builder().maxPrologSize(xml.length() - 5).build());
        read("<a/>", FrameLimits.builder().maxPrologSize(0).build());
        assertLimit(
                "maxPrologSize of 0",
                " <a/>",
                FrameLimits.builder().maxPrologSize(0).build());
    }

    @Test
    void theReasonDoesNotDependOnTextOfThePeer() {
        String text = "Depth.limit.-1-.exceeded"; // As Woodstox words it, in characters that a name may have.
        for (String xml :
                List.of("<a " + text + "='1' " + text + "='2'/>", "<a>&" + text + ";</a>", "<a></" + text + ">")) {
            assertEquals(Reason.MALFORMED, refusal(xml, FrameLimits.defaults()).reason());
        }
        String spelled = "<a>Maximum Element Depth limit (64) Exceeded</b>";
        assertEquals(Reason.MALFORMED, refusal(spelled, FrameLimits.defaults()).reason());
        assertEquals(
                Reason.MALFORMED,
                refusal("<a><?xml Attribute limit (64) exceeded?></a>", FrameLimits.defaults())
                        .reason());
    }

    @Test
    void theMessageSaysWhereTheXmlIsWrong() {
        String message = refusal("<a>\n <b></c>\n</a>", FrameLimits.defaults()).getMessage();
        assertTrue(message.contains("line 2, column"), message);
        assertTrue(message.contains("</c>"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void theMessageIsCut() {
        FrameLimits limits = FrameLimits.builder().maxNameSize(1_000_000).build();
        String name = "A".repeat(200_000);
        for (String xml : List.of(
                "<a " + name + "='1' " + name + "='2'/>",
                "<a>&" + name + ";</a>",
                "<a b='&" + name + ";'/>",
                "<a></a" + name + ">",
                "<" + name + ">",
                "<a><?xml" + name + "\uFFFE",
                "<?xml version='" + name + "'?><a/>",
                "<?xml version='1.0' encoding='" + name + "'?><a/>")) {
            BusException refusal = refusal(xml, limits);
            assertTrue(refusal.getMessage().length() < 400, refusal.getMessage().length() + " characters");
            assertNull(refusal.getCause());
        }
    }

    @Test
    void encodingsAreComparedAsAscii() throws Exception {
        read("<?xml version='1.0' encoding='uTf-8'?><a/>");
        read("<?xml version='1.0' encoding='us-Ascii'?><a/>");
        assertEquals(
                Reason.MALFORMED,
                refusal("<?xml version='1.0' encoding='u\u017f-a\u017fcii'?><a/>", FrameLimits.defaults())
                        .reason());
    }

    private static void assertLimit(String limit, String xml, FrameLimits limits) {
        BusException failure = refusal(xml, limits);
        assertEquals(Reason.TOO_LARGE, failure.reason(), failure.getMessage());
        assertTrue(failure.getMessage().contains("limit " + limit), failure.getMessage());
    }
}
