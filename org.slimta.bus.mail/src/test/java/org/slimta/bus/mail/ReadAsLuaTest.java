package org.slimta.bus.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlElement;

/** What slimta's Lua programs read is read, and as the same. */
class ReadAsLuaTest {

    private final Attachments attachments = new Attachments();
    private final List<XmlElement> destination = new ArrayList<>();
    private XmlElement client = element("client", "");
    private String part = "1";

    ReadAsLuaTest() {
        attachments.add(Attachment.of("body".getBytes(UTF_8)));
    }

    private static XmlElement element(String name, String text, XmlElement... children) {
        return new XmlElement(name, Map.of(), text, List.of(children));
    }

    private static XmlElement element(String name, Map<String, String> attributes, String text) {
        return new XmlElement(name, attributes, text, List.of());
    }

    private Message read(Map<String, String> attributes, XmlElement... envelope) {
        List<XmlElement> inside = new ArrayList<>(List.of(envelope));
        inside.addAll(destination);
        List<XmlElement> children = new ArrayList<>();
        if (client != null) {
            children.add(client);
        }
        children.add(new XmlElement("envelope", Map.of(), "", inside));
        children.add(element("contents", Map.of("part", part), ""));
        return new MessageCodec().fromXml(new XmlElement("message", attributes, "", children), attachments);
    }

    private Message read(String attribute, String value) {
        return read(Map.of(attribute, value), element("sender", "a@b"));
    }

    private int port(String text) {
        destination.clear();
        destination.add(element("destination", Map.of("port", text), "host"));
        return read(Map.of(), element("sender", "")).envelope().destination().port();
    }

    private static Reply reply(Map<String, String> attributes, String text, XmlElement... children) {
        return new ReplyCodec()
                .fromXml(new XmlElement("reply", attributes, text, List.of(children)), new Attachments());
    }

    private static Reply reply(String text, XmlElement... children) {
        return reply(Map.of("code", "250"), text, children);
    }

    @Test
    void indentationIsNotPartOfTheText() {
        client = element(
                "client",
                "\n",
                element("protocol", "\n   ESMTP\n  "),
                element("ehlo", "\n   mx.example.com  and more\n"),
                element("ip", "\n\t192.0.2.1\n"),
                element("security", "\n  \n"),
                element("receiver", "\nmx.example.net"),
                element("auth", "\n  user\n"));
        destination.add(element("destination", Map.of("relayer", " SMTP\t"), "\n   [::1]\n  "));
        Message read = read(
                Map.of(),
                element("sender", "\n   a@b\n  "),
                element("recipient", "\nc@d\t\r\n"),
                element("recipient", "\n \n"));
        assertEquals(
                new Client("ESMTP", "mx.example.com", "192.0.2.1", "", "mx.example.net", "\n  user\n"), read.client());
        assertEquals(
                new Envelope("a@b", List.of("c@d", ""), new Envelope.Destination("[::1]", "SMTP", 0)), read.envelope());
        assertEquals(new Reply(250, "Ok", "1  2"), reply("\n  Ok\n  \n ", element("data", "\n   1  2\n  ")));
        assertEquals(new Reply(250, "Ok\n more"), reply("\n  Ok\n more\n "));
    }

    @Test
    void textThatIsNotIndentedKeepsItsWhiteSpace() {
        client = element("client", "", element("ehlo", " a  b\n "), element("ip", "\u3000\nx"));
        Message read = read(Map.of(), element("sender", " a@b \n"), element("recipient", "\r\nc@d "));
        assertEquals(new Client("", " a  b\n ", "\u3000\nx", "", ""), read.client());
        assertEquals(new Envelope(" a@b \n", List.of("\r\nc@d ")), read.envelope());
        assertEquals(new Reply(250, " Ok \r\n", " data \n"), reply(" Ok \r\n\n  \n ", element("data", " data \n")));
    }

    @ParameterizedTest
    @CsvSource({"Ok", "'Ok\r\n'", "'Ok\n'", "'Ok\r'", "' Ok '", "''", "' '", "'a\n\n b\n\n'", "'Ok\t \n \n'"})
    void theTextOfAReplyWithDataIsWhatIsBeforeTheIndentation(String text) {
        for (String indent : List.of("", " ", "  ", "\t")) {
            XmlElement data = element("data", "data");
            String inner = "\n" + indent + " ";
            assertEquals(text, reply(text + inner + "\n" + indent, data).message());
            assertEquals(
                    text,
                    reply(text + inner + inner + "\n" + indent, data, element("unknown", ""))
                            .message());
        }
        assertEquals("Ok", reply("Ok", element("data", "data")).message());
    }

    @ParameterizedTest
    @CsvSource({
        "5, 5",
        "' 5 ', 5",
        "'\t5\n\r', 5",
        "5.0, 5",
        "5., 5",
        "005, 5",
        "+5, 5",
        "5e0, 5",
        ".5e1, 5",
        "50E-1, 5",
        "0x5, 5",
        "0X1F, 31",
        "0x.8p1, 1",
        "0, 0",
        "-0, 0",
        "0e999999999, 0",
        "'', 0",
        "' ', 0",
        "many, 0",
        "5 6, 0",
        "5x, 0",
        "'5,0', 0",
        "0x, 0",
        "e5, 0",
        "., 0",
        "inf, 0",
        "nan, 0",
        "--5, 0",
        "\u0665, 0",
        "\uff15, 0",
        "'\u00a05', 0",
        "5f, 0",
        "5d, 0",
        "5L, 0",
        "1_0, 0"
    })
    void numbersAreThoseOfLua(String text, int number) {
        assertEquals(number, read("attempts", text).attempts());
        assertEquals(number, port(text));
        assertEquals(0, reply(Map.of("code", number == 0 ? text : "0"), "").code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "-1",
                "1e10",
                "99999999999999999999",
                "1e999999999",
                "1e-999999999",
                "0x1p-1",
                "1e99999999999"
            })
    void aNumberThatIsNotAnIntFromZeroIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> read("attempts", text));
        assertThrows(IllegalArgumentException.class, () -> port(text));
        assertThrows(IllegalArgumentException.class, () -> reply(Map.of("code", text), ""));
        part = text;
        assertThrows(IllegalArgumentException.class, () -> read("id", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", " 1 ", "1.0", "0x1", "+1", "01", "1e0"})
    void contentsAreTheAttachmentOfTheNumber(String text) throws Exception {
        part = text;
        assertEquals("body", new String(read("id", "x").contents().toByteArray(), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "2", "one", "\u0661", "-1", "99999999999"})
    void contentsWithoutTheirAttachmentAreRefused(String text) {
        part = text;
        assertThrows(IllegalArgumentException.class, () -> read("id", "x"));
    }

    @Test
    void missingElementsAreEmptyIfTheyAreOptional() {
        client = null;
        assertEquals(
                new Client("", "", "", "", ""),
                read(Map.of(), element("sender", "a@b")).client());
        client = element("client", "");
        assertEquals(
                new Client("", "", "", "", ""),
                read(Map.of(), element("sender", "a@b")).client());
        assertNull(read(Map.of(), element("sender", "a@b")).timestamp());
        assertThrows(IllegalArgumentException.class, () -> read(Map.of()));
    }

    @Test
    void theLastOfSeveralCounts() {
        client = element("client", "", element("ip", "1"), element("ip", "2"));
        destination.add(element("destination", "one"));
        destination.add(element("destination", "two"));
        Message read = read(Map.of(), element("sender", "a"), element("recipient", "c"), element("sender", "b"));
        assertEquals("2", read.client().ip());
        assertEquals(new Envelope("b", List.of("c"), new Envelope.Destination("two", null, 0)), read.envelope());
        assertEquals("2", reply("", element("data", "1"), element("data", "2")).data());
    }

    @Test
    void timesMayHaveBlanksAroundThem() {
        assertEquals(
                Instant.ofEpochSecond(1367843696L, 500_000_000),
                read("timestamp", " 1367843696.5\n").timestamp());
        assertThrows(IllegalArgumentException.class, () -> read("timestamp", "\u0661\u0662"));
        assertThrows(IllegalArgumentException.class, () -> read("timestamp", "yesterday"));
    }

    @Test
    void aReplyMayHaveNoCode() {
        for (Map<String, String> attributes :
                List.of(Map.of("code", ""), Map.of("code", "none"), Map.<String, String>of())) {
            Reply reply = reply(attributes, "Ok");
            assertEquals(new Reply(0, "Ok"), reply);
            assertFalse(reply.isAccepted());
            assertFalse(reply.isTransient());
        }
        assertEquals(250, reply(Map.of("code", " 250.0 "), "").code());
        for (String code : List.of("42", "199", "600", "-250", "1000")) {
            assertThrows(IllegalArgumentException.class, () -> reply(Map.of("code", code), ""));
        }
    }

    @Test
    void messagesAreShortAndVisible() {
        String evil = "\r\n\u001b[31m\u202e" + "9".repeat(1_000_000);
        part = evil;
        List<IllegalArgumentException> refusals = List.of(
                assertThrows(IllegalArgumentException.class, () -> read("id", "x")),
                assertThrows(IllegalArgumentException.class, () -> read("attempts", evil)),
                assertThrows(IllegalArgumentException.class, () -> read("timestamp", evil)),
                assertThrows(IllegalArgumentException.class, () -> port(evil)),
                assertThrows(IllegalArgumentException.class, () -> reply(Map.of("code", evil), "")),
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new ReplyCodec().fromXml(element("x".repeat(1_000_000), ""), attachments)),
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new MessageCodec().fromXml(element("x".repeat(1_000_000), ""), attachments)));
        for (IllegalArgumentException refusal : refusals) {
            for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
                String message = String.valueOf(cause.getMessage());
                assertTrue(
                        message.length() < 500, () -> message.length() + " characters: " + message.substring(0, 500));
                assertTrue(message.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x202e), message);
            }
        }
    }
}
