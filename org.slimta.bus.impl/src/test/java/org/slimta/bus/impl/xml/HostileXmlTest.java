package org.slimta.bus.impl.xml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;

/** Hostile XML is rejected with its reason, and leaves nothing behind. */
@Timeout(60)
class HostileXmlTest {

    private final XmlReader reader = new XmlReader(FrameLimits.defaults());

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private void assertRefused(Reason reason, String message, byte[] xml) {
        BusException refused = assertThrows(BusException.class, () -> reader.read(xml));
        assertEquals(reason, refused.reason(), refused.getMessage());
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
        assertTrue(
                refused.getMessage().length() < 400,
                "a message of " + refused.getMessage().length() + " characters");
    }

    private void assertMalformed(String xml) {
        assertRefused(Reason.MALFORMED, "", xml.getBytes(UTF_8));
    }

    static Stream<Arguments> overLimits() {
        String attributes =
                IntStream.range(0, 1_000_000).mapToObj(i -> "a" + i + "='' ").collect(Collectors.joining());
        return Stream.of(
                Arguments.of("maxAttributes of 64", "<r " + attributes + "/>"),
                Arguments.of("maxDepth of 64", "<r>".repeat(1_000_000)),
                Arguments.of("maxElements of 100000", "<r>" + "<a/>".repeat(1_000_000) + "</r>"),
                Arguments.of("maxElements of 100000", "<r>ü" + "<a/>".repeat(1_000_000) + "</r>"),
                Arguments.of("maxTextSize of 1048576", "<r>" + "x".repeat(2_000_000) + "</r>"),
                Arguments.of("maxTextSize of 1048576", "<r>" + "ü".repeat(2_000_000) + "</r>"),
                Arguments.of("maxTextSize of 1048576", "<r>" + "x<a/>".repeat(10) + "x".repeat(1 << 20) + "</r>"),
                Arguments.of("maxTextSize of 1048576", "<r>" + "<![CDATA[xxxxxxxx]]>".repeat(140_000) + "</r>"),
                Arguments.of("maxTextSize of 1048576", "<r>" + "&amp;".repeat(1_100_000) + "</r>"),
                Arguments.of("maxTextSize of 1048576", "<r a='" + "x".repeat(2_000_000) + "'/>"));
    }

    @ParameterizedTest
    @MethodSource("overLimits")
    void whatIsTooMuchIsTooLarge(String limit, String xml) {
        assertRefused(Reason.TOO_LARGE, "over the limit " + limit, xml.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE r><r/>",
                "<!DOCTYPE r SYSTEM 'http://127.0.0.1:1/x.dtd'><r/>",
                "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r>&a;</r>",
                "<!DOCTYPE r [<!ENTITY a 'a'><!ENTITY b '&a;&a;'>]><r>&b;</r>",
                "<!DOCTYPE r [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><r/>",
                "<!DOCTYPE r [<!ATTLIST r a CDATA 'x'>]><r/>",
                "<r>&a;</r>",
                "<r a='&b;'/>",
                "<r>&#0;</r>",
                "<r>&#x1F;</r>",
                "<r>&#xD800;</r>",
                "<r>&#x110000;</r>",
                "<r>&#xFFFFFFFFFFFFFFFFFF;</r>",
                "<r>&#99999999999999999999;</r>",
                "<r a='<'/>",
                "<r a='1' a='2'/>",
                "<r a=1/>",
                "<r a/>",
                "<1r/>",
                "<-r/>",
                "<r></s>",
                "<r/><r/>",
                "<r/>x",
                "x<r/>",
                "<r>]]></r>",
                "<r><!-- -- --></r>",
                "<r><?xml version='1.0'?></r>",
                "<?xml version='2.0'?><r/>",
                "<r \u00D7='1'/>",
                "<r\u0000/>",
                "<r>\u0008</r>",
                "<r>\uFFFE</r>",
                "<r>\uFFFF</r>",
                "<",
                "",
                " ",
                "<r",
                "<r><!--",
                "<r><![CDATA[",
                "<r><![CDATA[]]"
            })
    void whatIsNoXmlOrNotAllowedIsMalformed(String xml) {
        assertMalformed(xml);
    }

    static Stream<Arguments> notUtf8() {
        return Stream.of(
                Arguments.of("a byte alone", bytes('<', 'r', '>', 0xE4, '<', '/', 'r', '>')),
                Arguments.of("an end without a beginning", bytes('<', 'r', '>', 0x80, '<', '/', 'r', '>')),
                Arguments.of("too long a form of /", bytes('<', 'r', '>', 0xC0, 0xAF, '<', '/', 'r', '>')),
                Arguments.of("too long a form of <", bytes('<', 'r', '>', 0xE0, 0x80, 0xBC, '<', '/', 'r', '>')),
                Arguments.of("half of a pair", bytes('<', 'r', '>', 0xED, 0xA0, 0x80, '<', '/', 'r', '>')),
                Arguments.of("beyond Unicode", bytes('<', 'r', '>', 0xF4, 0x90, 0x80, 0x80, '<', '/', 'r', '>')),
                Arguments.of("five bytes", bytes('<', 'r', '>', 0xF8, 0x88, 0x80, 0x80, 0x80, '<', '/', 'r', '>')),
                Arguments.of("cut off", bytes('<', 'r', '>', 0xE2, 0x82)),
                Arguments.of("in a name", bytes('<', 'r', 0xFF, '/', '>')),
                Arguments.of("in a value", bytes('<', 'r', ' ', 'a', '=', '"', 0xC3, '"', '/', '>')));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notUtf8")
    void whatIsNotUtf8IsMalformed(String what, byte[] xml) {
        assertRefused(Reason.MALFORMED, "", xml);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ISO-8859-2", "UTF-16", "UTF-16LE", "UTF-32", "windows-1252", "UTF-7", "EBCDIC-CP-US", "no such"
            })
    void otherEncodingsAreRefusedByName(String encoding) {
        String xml = "<?xml version='1.0' encoding='" + encoding + "'?><r/>";
        assertRefused(Reason.MALFORMED, "", xml.getBytes(UTF_8));
        for (Charset real : List.of(ISO_8859_1, UTF_16BE)) {
            assertRefused(Reason.MALFORMED, "", xml.getBytes(real));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<?xml version='1.0' encoding='UTF-8'?><r a='1'>ü</r>",
                "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<r a='1'>ü</r>",
                "\uFEFF<r a='1'>ü</r>",
                "<!-- a comment --><?target data?><r a='1'>ü<!-- --></r>",
                "<r a=\"1\"\n>&#252;</r>",
                "<r\ta='1' ><![CDATA[ü]]></r >\r\n"
            })
    void whatPeersMaySendIsRead(String xml) throws Exception {
        XmlElement read = reader.read(xml.getBytes(UTF_8));
        assertEquals("r", read.name());
        assertEquals("1", read.attribute("a"));
        assertEquals("ü", read.text());
    }

    @Test
    void latin1IsReadWhereItIsDeclared() throws Exception {
        XmlElement read =
                reader.read("<?xml version='1.0' encoding='iso-8859-1'?><r ä='ö'>ü\u0085ÿ</r>".getBytes(ISO_8859_1));
        assertEquals("ö", read.attribute("ä"));
        assertEquals("ü\u0085ÿ", read.text());
        assertRefused(Reason.MALFORMED, "", "<r>ü</r>".getBytes(ISO_8859_1));
    }

    /** Woodstox keeps the names that it has read; these would use 200 MB. */
    @Test
    void distinctNamesDoNotFillTheHeap() throws Exception {
        String rest = "x".repeat(1 << 20);
        XmlReader wide =
                new XmlReader(FrameLimits.builder().maxNameSize(2 << 20).build());
        System.gc();
        long before = used();
        for (int i = 0; i < 100; i++) {
            String name = "n" + i + rest;
            wide.read(("<r><!-- --><" + name + "/><" + name + "b/></r>").getBytes(UTF_8));
        }
        System.gc();
        long more = used() - before;
        assertTrue(more < 60 << 20, (more >> 20) + " MiB more are in use");
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
