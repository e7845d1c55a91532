package org.slimta.bus.impl.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.api.xml.Attachments;
import org.slimta.bus.api.xml.XmlElement;

/** The attribute that names an attachment. */
class PartNumberTest {

    private final Attachments attachments = new Attachments();
    private final Attachment second = Attachment.of(new byte[2]);

    @BeforeEach
    void addTwo() {
        attachments.add(Attachment.of(new byte[1]));
        assertEquals(2, attachments.add(second));
    }

    private Attachment of(String part) {
        return attachments.of(new XmlElement("contents", Map.of("part", part), "", List.of()));
    }

    private String refusal(String part) {
        return assertThrows(IllegalArgumentException.class, () -> of(part)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "02", " 2 ", "\t2\n", "\r\n2"})
    void digitsNameAnAttachment(String part) {
        assertSame(second, of(part));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0662", "\uff12", "\u0968", "+2", "-2", "2.0", "0x2", "", " ", "\u00a02", "\u20032", "2 2", "two"
            })
    void anyOtherTextIsNotANumber(String part) {
        assertTrue(refusal(part).contains("not a number"), refusal(part));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "3",
                "2147483647",
                "2147483648",
                "4294967298",
                "18446744073709551618",
                "99999999999999999999"
            })
    void anAttachmentThatIsNotThereIsRefused(String part) {
        assertTrue(refusal(part).contains("the frame has 2"), refusal(part));
    }

    @Test
    void aLongTextIsShortenedInTheMessage() {
        assertTrue(refusal("x".repeat(1_000_000)).length() < 400);
        assertTrue(refusal("9".repeat(1_000_000)).length() < 400);
        XmlElement nameless = new XmlElement("n".repeat(1000), Map.of(), "", List.of());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> attachments.of(nameless))
                        .getMessage()
                        .length()
                < 400);
    }
}
