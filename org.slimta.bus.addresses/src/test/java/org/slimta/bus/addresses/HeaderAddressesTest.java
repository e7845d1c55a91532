package org.slimta.bus.addresses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.mail.Contents;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeaderAddressesTest {

    private static Contents mail(String headers) {
        return Contents.of((headers + "\r\n\r\nTo: body@x.org\r\n").getBytes(UTF_8));
    }

    private static Addresses to(String value) throws IOException {
        return HeaderAddresses.recipients(mail("To: " + value));
    }

    private static List<String> sender(String headers) throws IOException {
        return List.copyOf(HeaderAddresses.sender(mail(headers)).found());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a@b | a@b",
                "Bob <a@b> | a@b",
                "a@b <c@d> | c@d",
                "'\"x@y\" (c@d) <a@b>' | a@b",
                "a@b (not x@y) | a@b",
                "(x@y) a@b (z@w, q@r) | a@b",
                "'\"Doe, John <x@y>\" <a@b>, c@d' | a@b c@d",
                "'\"quoted local\"@x.org, <\"q@q\"@x.org>' | '\"quoted local\"@x.org \"q@q\"@x.org'",
                "'Group: a@b, Carl <c@d>;, e@f' | a@b c@d e@f",
                "undisclosed-recipients:; | ''",
                "'Empty group:; , \"A: b\" <a@b>' | a@b",
                "'a@b, A@b, a@b' | a@b A@b",
                "'a@b,, ,c@d' | a@b c@d",
                "'a@b; c@d' | a@b c@d",
                "a@b c@d | a@b c@d",
                "'=?utf-8?q?B=40b?= <a@b>' | a@b",
                "Grüße <ü@ö.example> | ü@ö.example",
                "'a@[192.0.2.1], b@[IPv6:::1]' | a@[192.0.2.1] b@[IPv6:::1]",
                "'<@r1,@r2:a@b>, C <@r:c@d>' | a@b c@d",
                "mailto:a@b | a@b",
                "a+b=c%d!e@f | a+b=c%d!e@f"
            })
    void addressesAreRead(String value, String expected) throws Exception {
        Addresses read = to(value);
        List<String> addresses = new ArrayList<>(read.found());
        assertEquals(expected.isEmpty() ? "" : expected, String.join(" ", addresses));
        assertEquals("", read.unreadable());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Friends | '' | 'Friends'",
                "'Doe, John <a@b>' | a@b | 'Doe'",
                "'a@b, c@, d@e' | a@b d@e | 'c@'",
                "'a@b, f..g@h, d@e' | a@b d@e | 'f..g@h'",
                "'a@b@c' | '' | 'a@b@c'",
                "'Bob <a@b' | '' | 'Bob <a@b'",
                "<> | '' | ''",
                "'a@b, <mailto:c@d>' | a@b | 'mailto:c@d'",
                "'\"unclosed <a@b>, c@d' | a@b c@d | ''"
            })
    void textsThatAreNotAddressesAreDescribed(String value, String expected, String unreadable) throws Exception {
        Addresses read = to(value);
        assertEquals(expected, String.join(" ", read.found()));
        assertEquals(!unreadable.isEmpty() || expected.isEmpty(), read.hasUnreadable());
        assertTrue(read.unreadable().contains(unreadable), read.unreadable());
        assertTrue(expected.contains("c@d") || read.unreadable().startsWith("To: '"), read.unreadable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0000", "\u0001", "\u001b", "\u007f", "\u0085", "\u009b", "\ufffe", "\uffff", "\f", "\u000b"})
    void anAddressWithAControlCharacterCannotBeReadWhereverItIs(String control) throws Exception {
        for (String address :
                List.of("a" + control + "b@c", "a@b" + control + "c", "ab@c" + control, control + "a@b")) {
            Addresses read = to(address + ", d@e");
            assertEquals(List.of("d@e"), List.copyOf(read.found()), VisibleText.of(address));
            assertTrue(read.unreadable().contains("\ufffd"), read.unreadable());
        }
        assertEquals(
                List.of("a@b"),
                List.copyOf(to("Bob " + control + " <a@b> (" + control + ")").found()));
    }

    @Test
    void anAddressTooLongForAnEnvelopeCannotBeRead() throws Exception {
        String domain = "@x.org";
        String longest = "a".repeat(254 - domain.length()) + domain;
        assertEquals(List.of(longest), List.copyOf(to(longest).found()));
        Addresses read = to("a" + longest);
        assertEquals(List.of(), List.copyOf(read.found()));
        assertTrue(read.unreadable().contains("longer than 254 characters"), read.unreadable());
    }

    @Test
    void theSenderIsTheReturnPathElseTheAuthor() throws Exception {
        assertEquals(List.of("a@b"), sender("From: c@d\r\nReturn-Path: <a@b>"));
        assertEquals(List.of(""), sender("From: c@d\r\nReturn-Path: <>"));
        assertEquals(List.of(""), sender("From: c@d\r\nReturn-Path: < >"));
        assertEquals(List.of("c@d", "e@f"), sender("From: C <c@d>, e@f"));
        assertEquals(List.of(), sender("Subject: x"));
        Addresses root = HeaderAddresses.sender(mail("Return-Path: <root>\r\nFrom: c@d"));
        assertEquals(List.of("c@d"), List.copyOf(root.found()));
        assertTrue(root.unreadable().startsWith("Return-Path: 'root' ("), root.unreadable());
    }

    @Test
    void recipientsAreThoseOfAllHeadersOnce() throws Exception {
        Addresses read = HeaderAddresses.recipients(
                mail("To: b@x, c@x\r\nCc: d@x,\r\n c@x\r\nBcc: e@x\r\nTo: f@x\r\nDelivered-To: a@x\r\nReply-To: no@x"));
        assertEquals(List.of("a@x", "b@x", "c@x", "f@x", "d@x", "e@x"), List.copyOf(read.found()));
        assertFalse(read.hasUnreadable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailing list dev@x", "Mailing List  <dev@x>", "moderator for dev@x", "dev@x"})
    void thePrefixOfAListManagerIsNotPartOfTheAddress(String delivered) throws Exception {
        Addresses read = HeaderAddresses.recipients(mail("Delivered-To: " + delivered + "\r\nTo: b@x"));
        assertEquals(List.of("dev@x", "b@x"), List.copyOf(read.found()));
        assertFalse(read.hasUnreadable(), read.unreadable());
    }

    @Test
    void oneInvalidAddressAmongManyDoesNotAffectTheOthers() throws Exception {
        String many = "Somebody <somebody@example.com>, ".repeat(150);
        Addresses read = to(many + "f..g@h, " + many + "last@example.com");
        assertEquals(List.of("somebody@example.com", "last@example.com"), List.copyOf(read.found()));
        assertEquals("To: 'f..g@h' (Local address contains dot-dot)", read.unreadable());
    }

    @Test
    void theDescriptionIsBounded() throws Exception {
        String told = to("x".repeat(500) + ",\u001b, y".repeat(1000)).unreadable();
        assertTrue(told.length() < 5000, told.length() + " characters");
        assertTrue(told.contains("xxx... (500 characters)"), told);
        assertTrue(told.endsWith(" more"), told);
        assertFalse(told.contains("\u001b"), told);
    }

    /**
     * Eight times the text may take about eight times as long; with a quadratic cost it would take 64 times as long.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a", "@", "a@b", "a@b,", "<", "(", "\"", "[", "\\\"", "\"\\", "<>", "a<b", "g:(", "g:\"", "g:<", "<\"",
                "<(", "a@[", "<a@b", ":;", "a:b,", " a", "a ", "( ", ",", ";", "x (c) ", "\u3000", "="
            })
    void costGrowsWithTheSizeAndNotWithItsSquare(String unit) throws Exception {
        int size = 35_000;
        nanos(unit, size);
        long once = Math.max(nanos(unit, size), 100_000_000);
        long eightTimes = nanos(unit, 8 * size);
        assertTrue(eightTimes < 30 * once, unit + ": " + once / 1000 + " us, " + eightTimes / 1000 + " us");
    }

    private static long nanos(String unit, int size) throws IOException {
        Contents mail = mail("To: " + unit.repeat(size / unit.length()));
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            HeaderAddresses.recipients(mail);
            least = Math.min(least, System.nanoTime() - start);
        }
        return least;
    }
}
