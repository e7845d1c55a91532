package org.slimta.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.RequestBatch;

class HeadersTest {

    @Test
    void theyHaveNamesInOrderAndValues() {
        Headers headers = Headers.of("b", "2", "a", "1", "0.x_y-z", "");
        assertEquals(List.of("b", "a", "0.x_y-z"), List.copyOf(headers.names()));
        assertEquals("1", headers.get("a"));
        assertEquals("", headers.get("0.x_y-z"));
        assertNull(headers.get("c"));
        assertEquals(3, headers.size());
        assertEquals("Headers{b=2, a=1, 0.x_y-z=}", headers.toString());
        assertThrows(UnsupportedOperationException.class, () -> headers.names().clear());
    }

    @Test
    void aChangeLeavesTheOriginalAsItIs() {
        Headers one = Headers.of("a", "1");
        Headers changed = one.with("b", "2").with("a", "3");
        assertEquals("Headers{a=3, b=2}", changed.toString());
        assertEquals("Headers{b=2}", changed.without("a").toString());
        assertEquals("Headers{a=1}", one.toString());
        assertSame(one, one.without("b"));
        assertSame(Headers.none(), one.without("a"));
        assertTrue(Headers.none().isEmpty());
    }

    @Test
    void thoseOfAMapAreACopy() {
        Map<String, String> map = new LinkedHashMap<>(Map.of("a", "1"));
        Headers headers = Headers.of(map);
        map.put("a", "2");
        assertEquals("1", headers.get("a"));
        assertSame(Headers.none(), Headers.of(Map.of()));
        assertThrows(IllegalArgumentException.class, () -> Headers.of(Map.of("A", "1")));
    }

    @Test
    void theOrderDoesNotMatterForEquality() {
        assertEquals(Headers.of("a", "1", "b", "2"), Headers.of("b", "2", "a", "1"));
        assertEquals(
                Headers.of("a", "1", "b", "2").hashCode(),
                Headers.of("b", "2", "a", "1").hashCode());
        assertNotEquals(Headers.of("a", "1"), Headers.of("a", "2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", ".a", "_a", "a b", "a:b", "ä", "a\n", "xmlns=", "a/"})
    void aWrongNameIsRefused(String name) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Headers.of(name, "1"));
        assertTrue(refused.getMessage().contains("'" + name + "'"), refused.getMessage());
    }

    @Test
    void aNameHasAtMost64Characters() {
        assertEquals("1", Headers.of("a".repeat(64), "1").get("a".repeat(64)));
        assertThrows(IllegalArgumentException.class, () -> Headers.of("a".repeat(65), "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000", "\u001b", "x\ud800", "\udc00x", "\ud800\ud800", "\ufffe", "\uffff"})
    void aCharacterThatXmlDoesNotHaveIsRefused(String value) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Headers.none().with("a", value));
        assertTrue(refused.getMessage().contains("U+"), refused.getMessage());
    }

    @Test
    void namesAndValuesAlternateAndEachNameOccursOnce() {
        assertThrows(IllegalArgumentException.class, () -> Headers.of("a", "1", "b"));
        assertThrows(IllegalArgumentException.class, () -> Headers.of("a", "1", "a", "2"));
        assertThrows(NullPointerException.class, () -> Headers.of("a", null));
    }

    @Test
    void aBatchOfATestHasHeadersAndTakesThoseOfTheResponse() {
        RequestBatch<String> batch = RequestBatch.of(List.of("a"), Headers.of("tenant", "x"));
        assertEquals("x", batch.headers().get("tenant"));
        assertSame(Headers.none(), batch.responseHeaders());
        batch.setResponseHeaders(Headers.of("served-by", "mx2"));
        assertEquals(Headers.of("served-by", "mx2"), batch.responseHeaders());
        assertSame(Headers.none(), RequestBatch.of(List.of("a")).headers());
    }
}
