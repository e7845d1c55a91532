package org.slimta.bus.impl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExcerptTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "alice@example.com", "m\u00fcller", "\u65e5\u672c", "\ud83d\ude00", "C:\\mail", "a  b"})
    void visibleTextIsUnchanged(String text) {
        assertEquals(text, Excerpt.of(text));
        assertEquals(text, Excerpt.ofMessage(text));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "000a, `\\n`",
                "000d, `\\r`",
                "0009, `\\t`",
                "0000, `\\u0000`",
                "001b, `\\u001b`",
                "007f, `\\u007f`",
                "0085, `\\u0085`",
                "2028, `\\u2028`",
                "2029, `\\u2029`",
                "202e, `\\u202e`",
                "200b, `\\u200b`",
                "feff, `\\ufeff`",
                "00a0, `\\u00a0`",
                "3000, `\\u3000`",
                "d800, `\\ud800`",
                "dfff, `\\udfff`",
                "e0001, `\\udb40\\udc01`",
                "e000, `\\ue000`"
            })
    void invisibleCharactersAreEscaped(String character, String escape) {
        assertEquals("a" + escape + "b", Excerpt.of("a" + Character.toString(Integer.parseInt(character, 16)) + "b"));
    }

    @Test
    void aLongTextIsCutAndItsLengthGiven() {
        assertEquals("A".repeat(200), Excerpt.of("A".repeat(200)));
        assertEquals("A".repeat(200) + "... (201 characters)", Excerpt.of("A".repeat(201)));
        assertEquals("A".repeat(500) + "... (1000000 characters)", Excerpt.ofMessage("A".repeat(1_000_000)));
    }

    @Test
    void escapesCountAgainstTheLimit() {
        for (UnaryOperator<String> excerpt : List.<UnaryOperator<String>>of(Excerpt::of, Excerpt::ofMessage)) {
            assertTrue(excerpt.apply("\u0001".repeat(1000)).length() < 530);
        }
        assertEquals("\\n".repeat(100), Excerpt.of("\n".repeat(100)));
        assertEquals("\\n".repeat(100) + "... (101 characters)", Excerpt.of("\n".repeat(101)));
    }

    @Test
    void aSurrogatePairIsNotSplit() {
        String text = "A".repeat(199) + "\ud83d\ude00".repeat(2);
        assertEquals("A".repeat(199) + "... (203 characters)", Excerpt.of(text));
    }

    @Test
    void nullIsShownAsText() {
        assertEquals("null", Excerpt.of(null));
    }
}
