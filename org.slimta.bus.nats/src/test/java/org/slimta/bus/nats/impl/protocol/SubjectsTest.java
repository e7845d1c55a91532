package org.slimta.bus.nats.impl.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slimta.bus.spi.Frames;

/** The subjects of a bus, and what is read from them. */
class SubjectsTest {

    private final Subjects subjects = new Subjects("slimta.bus", "mail.relay");

    @Test
    void whatATokenMustNotHaveIsEncoded() {
        assertEquals("mail=2Erelay", Subjects.token("mail.relay"));
        assertEquals("a=20b=2A=3E=3D", Subjects.token("a b*>="));
        assertEquals("=C3=A9", Subjects.token("\u00e9"));
        assertEquals("A-z_09", Subjects.token("A-z_09"));
        assertEquals("slimta.bus.mail=2Erelay.s.SID", subjects.server("SID"));
        assertEquals("slimta.bus.mail=2Erelay.c.a=40b.CID.", subjects.client("a@b", "CID"));
        assertEquals("slimta.bus.mail=2Erelay.c._.CID.", subjects.client(null, "CID"));
    }

    @Test
    void theAddressOfAClientIsRead() {
        ReplyAddress address = subjects.replyAddress(subjects.client("edge", "CID") + "7");
        assertEquals("edge", address.user());
        assertEquals("CID", address.cid());
        assertEquals(7, address.number());
        assertEquals(-1, address.numberOfOffer());
        assertEquals(
                7, subjects.replyAddress(Subjects.offered(address.client(), 7)).numberOfOffer());
        assertEquals(
                7, subjects.replyAddress(Subjects.chunkOf(address.client(), 7)).numberOfChunk());
        assertEquals("SID", Subjects.controlOf(Subjects.control("", "SID")));
    }

    @Test
    void whatIsNoAddressIsNone() {
        String base = "slimta.bus.mail=2Erelay.c.";
        for (String wrong :
                List.of("", "x", base, base + "u", base + "u.", base + "u.c", base + ".c.1", base + "u..1")) {
            assertNull(subjects.replyAddress(wrong), wrong);
        }
        assertNull(subjects.replyAddress(null));
    }

    @Test
    void numbersAreDigitsAndNothingElse() {
        assertEquals(0, Subjects.number("0"));
        assertEquals(123_456_789_012_345_678L, Subjects.number("123456789012345678"));
        for (String wrong : List.of("", "-1", "+1", "1x", " 1", "1234567890123456789", "\u0661")) {
            assertEquals(-1, Subjects.number(wrong), wrong);
        }
    }

    @Test
    void manyNumbersGoInSeveralMessages() {
        List<Long> numbers = new ArrayList<>();
        for (long n = 1; n <= 1001; n++) {
            numbers.add(n);
        }
        List<byte[]> messages = Words.about(Words.ASK, numbers, Words.EPOCH, "5");
        assertEquals(2, messages.size());
        assertEquals(
                1000,
                Frames.numbers(Frames.readControl(messages.get(0)).get("ask")).size());
        assertEquals("1001", Frames.readControl(messages.get(1)).get("ask"));
        assertEquals("5", Frames.readControl(messages.get(1)).get("epoch"));
        assertEquals(List.of(), Words.about(Words.ASK, List.of()));
    }
}
