package org.slimta.bus.impl.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.XmlElement;

/** Documents that are read without Woodstox are read as Woodstox reads them, and Woodstox would not reject them. */
class PlainXmlTest {

    private static final String MESSAGE = """
            <requests tx="17" ttl="59999">
             <message id="0123-abcd" timestamp="1367843696">
              <client>
               <protocol>ESMTP</protocol>
               <ehlo>mail.example.com</ehlo>
               <receiver></receiver>
              </client>
              <envelope>
               <sender>alice@example.com</sender>
               <recipient>bob@example.net</recipient>
               <destination relayer="SMTP" port="2500">4.3.2.1</destination>
              </envelope>
              <contents part="1"/>
             </message>
            </requests>
            """.replace("\n", "\r\n");

    private final FrameLimits limits =
            FrameLimits.builder().maxDepth(6).maxAttributes(3).maxTextSize(200).build();
    private final XmlReader reader = new XmlReader(limits);

    private XmlElement readAny(byte[] xml) {
        try {
            return reader.readAny(xml);
        } catch (BusException e) {
            return null;
        }
    }

    /** Gives whether the document was plain. */
    private boolean compare(byte[] xml) {
        XmlElement plain = reader.readPlain(xml);
        if (plain != null) {
            assertEquals(readAny(xml), plain, () -> new String(xml, UTF_8));
        }
        int root = new String(xml, UTF_8).indexOf('>') + 1;
        List<XmlElement> children = reader.readPlainChildren(xml, root, "requests", 2);
        if (plain != null && plain.name().equals("requests") && xml[root - 2] != '/') {
            assertEquals(plain.children(), children);
        }
        return plain != null;
    }

    @Test
    void whatThisBusWritesIsPlain() {
        byte[] xml = MESSAGE.getBytes(UTF_8);
        assertTrue(compare(xml));
        assertNotNull(reader.readPlainChildren(xml, MESSAGE.indexOf('>') + 1, "requests", 2));
        assertTrue(compare("<requests>\r\n</requests>\r\n".getBytes(UTF_8)));
        assertTrue(compare("<a b=\"1\" c=\"2\"><d/>text<e></e></a>".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<",
                "<a",
                "<a>",
                "<a/",
                "<a></a",
                "<a></b>",
                "<a></ab>",
                "<ab></a>",
                "<a><b></a></b>",
                "<a/><b/>",
                "<a/>x",
                "<a>]]></a>",
                "<a>&amp;</a>",
                "<a b=\"&lt;\"/>",
                "<a b='1'/>",
                "<a b=\"1\"c=\"2\"/>",
                "<a b=\"1\" b=\"2\"/>",
                "<a b=\"<\"/>",
                "<a  b=\"1\"/>",
                "<a b =\"1\"/>",
                "<a b/>",
                "<1/>",
                "<-/>",
                "<a:b/>",
                "<a>\r</a>",
                "<a>\u0001</a>",
                "<a>\u007f</a>",
                "<a b=\"\t\"/>",
                "<a b=\"\n\"/>",
                "<a>ü</a>",
                "<ü/>",
                "<a><!-- --></a>",
                "<?xml version='1.0'?><a/>",
                "<a><![CDATA[x]]></a>",
                "<!DOCTYPE a><a/>",
                "<a/ >",
                "</a>",
                "<a></a ></a>",
                "<a><a><a><a><a><a><a></a></a></a></a></a></a></a>",
                "<a b=\"1\" c=\"2\" d=\"3\" e=\"4\"/>"
            })
    void whatIsNotPlainIsLeftToWoodstox(String xml) {
        assertNull(reader.readPlain(xml.getBytes(UTF_8)));
    }

    @Test
    void documentsOverALimitAreLeftToWoodstox() {
        assertNull(reader.readPlain(("<a>" + "x".repeat(201) + "</a>").getBytes(UTF_8)));
        assertNull(reader.readPlain(("<a b=\"" + "x".repeat(201) + "\"/>").getBytes(UTF_8)));
        assertNull(reader.readPlain(("<a>" + "x".repeat(101) + "<b/>" + "x".repeat(101) + "</a>").getBytes(UTF_8)));
        String children = ">" + "x".repeat(101) + "<b/>" + "x".repeat(101) + "</requests>";
        assertNull(reader.readPlainChildren(("<requests" + children).getBytes(UTF_8), 10, "requests", 2));
    }

    @Test
    void longNamesAreLeftToWoodstox() {
        XmlReader tight = new XmlReader(FrameLimits.builder().maxNameSize(20).build());
        for (String xml : List.of("<N/>", "<N></N>", "<a N=\"1\"/>", "<a><N/></a>")) {
            assertNotNull(tight.readPlain(xml.replace("N", "n".repeat(20)).getBytes(UTF_8)));
            assertNull(tight.readPlain(xml.replace("N", "n".repeat(21)).getBytes(UTF_8)));
        }
    }

    @Test
    void manyNamesAreLeftToWoodstoxAndFewRepeatedOnesAreNot() {
        XmlReader tight =
                new XmlReader(FrameLimits.builder().maxDistinctNames(20).build());
        StringBuilder few = new StringBuilder();
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            few.append("<n").append(i % 9).append(" m=\"1\"/>");
            many.append("<n").append(i % 21).append(" m=\"1\"/>");
        }
        assertNotNull(tight.readPlain(("<a>" + few + "</a>").getBytes(UTF_8)));
        assertNull(tight.readPlain(("<a>" + many + "</a>").getBytes(UTF_8)));
        String root = "<requests>";
        assertNotNull(
                tight.readPlainChildren((root + few + "</requests>").getBytes(UTF_8), root.length(), "requests", 2));
        assertNull(
                tight.readPlainChildren((root + many + "</requests>").getBytes(UTF_8), root.length(), "requests", 2));
    }

    @Test
    void whateverIsChangedInADocumentIsReadAlike() {
        Random random = new Random(42);
        String[] pieces = {
            "<",
            ">",
            "/",
            "\"",
            "'",
            "&",
            "=",
            " ",
            "\r",
            "\n",
            "]]>",
            "<a>",
            "</a>",
            "<b/>",
            "&amp;",
            "<!--",
            "-->",
            "x",
            "\u0000",
            "ü",
            " c=\"d\"",
            "tx=\"1\"",
            "<![CDATA[",
            "]]",
            "\t",
            ":"
        };
        int plain = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder xml = new StringBuilder(MESSAGE);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int from = random.nextInt(xml.length());
                int to = random.nextBoolean() ? from : Math.min(xml.length(), from + random.nextInt(12));
                xml.replace(from, to, random.nextInt(4) == 0 ? "" : pieces[random.nextInt(pieces.length)]);
            }
            if (compare(xml.toString().getBytes(UTF_8))) {
                plain++;
            }
        }
        assertTrue(plain > 10_000, plain + " were plain");
    }
}
