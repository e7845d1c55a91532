package org.slimta.bus.impl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AsciiTest {

    @ParameterizedTest
    @CsvSource({
        "utf-8, UTF-8, true",
        "a, a, true",
        "a, b, false",
        "a, ab, false",
        "[, {, false",
        "k, \u212a, false",
        "s, \u017f, false",
        "i, \u0131, false",
        "\u00e4, \u00c4, false",
        "\u00e4, \u00e4, true"
    })
    void onlyAsciiLettersAreEqualInBothCases(String one, String other, boolean same) {
        assertEquals(same, Ascii.isSameIgnoringCase(one, other));
        assertEquals(same, Ascii.isSameIgnoringCase(other, one));
    }

    @Test
    void onlyTheWhiteSpaceOfXmlIsTrimmed() {
        assertEquals("a b", Ascii.trim(" \t\r\na b\n\r\t "));
        assertEquals("", Ascii.trim(" \n"));
        assertEquals("", Ascii.trim(""));
        for (String kept :
                new String[] {"\u000b", "\f", "\u00a0", "\u2003", "\u3000", "\u0085", "\u2028", "\u0000", "\u001c"}) {
            assertEquals(kept + "a" + kept, Ascii.trim(kept + "a" + kept));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "007, 7", "9223372036854775807, 9223372036854775807"})
    void digitsAreANumber(String text, long number) {
        assertEquals(number, Ascii.number(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " 1",
                "1 ",
                "+1",
                "-1",
                "-0",
                "1.0",
                "1e3",
                "0x1",
                "9223372036854775808",
                "99999999999999999999",
                "\u0661",
                "1\u0662",
                "\u0967",
                "\uff11",
                "\u00b2",
                "\ud835\udfcf"
            })
    void everythingElseIsNotANumber(String text) {
        assertEquals(-1, Ascii.number(text));
    }

    @Test
    void tooManyDigitsAreNotANumber() {
        assertEquals(-1, Ascii.number("1".repeat(1_000_000)));
        assertEquals(1, Ascii.number("0".repeat(1_000_000) + "1"));
    }
}
