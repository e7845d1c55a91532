package org.slimta.bus.webconsole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.RecentDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

class JsonTest {

    private static Object roundTrip(Object value) {
        return org.slimta.bus.webconsole.browser.Json.read(Json.of(value));
    }

    private static Set<String> fields(Class<?> dto) {
        return Arrays.stream(dto.getFields()).map(Field::getName).collect(Collectors.toSet());
    }

    @Test
    void theFieldsAreThoseOfTheDtos() {
        Map<?, ?> report = (Map<?, ?>) roundTrip(Sample.report());
        assertEquals(fields(RuntimeDTO.class), report.keySet());
        Map<?, ?> bus = (Map<?, ?>) ((List<?>) report.get("buses")).get(0);
        assertEquals(fields(BusDTO.class), bus.keySet());
        assertEquals(fields(RecentDTO.class), ((Map<?, ?>) bus.get("recent")).keySet());
    }

    @Test
    void theValuesAreThoseOfTheDtos() {
        Map<?, ?> report = (Map<?, ?>) roundTrip(Sample.report());
        Map<?, ?> bus = (Map<?, ?>) ((List<?>) report.get("buses")).get(0);
        assertEquals("relay", bus.get("name"));
        assertEquals(true, bus.get("tls"));
        assertNull(bus.get("waitingFor"));
        assertEquals(Map.of("TIMEOUT", 12.0, "HANDLER", 140.0), bus.get("failed"));
        assertEquals(List.of(41.0), bus.get("filters"));
        assertEquals(40.02, ((Map<?, ?>) bus.get("recent")).get("answeredPerSecond"));
        assertEquals("10.0.4.7:51000", ((Map<?, ?>) ((List<?>) bus.get("connections")).get(0)).get("address"));
    }

    @Test
    void aTextMayHaveAnyCharacter() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i <= Character.MAX_VALUE; i++) {
            all.append((char) i);
        }
        assertEquals(all.toString(), roundTrip(all.toString()));
        assertEquals(Map.of("\"\\\n", "\uD83D"), roundTrip(Map.of("\"\\\n", "\uD83D")));
    }

    @Test
    void whatIsWrittenIsAsciiWithoutMarkup() {
        String json = Json.of("</script><!-- &amp; caf\u00e9 \u2028");
        assertTrue(json.chars().allMatch(c -> c >= ' ' && c <= '~'), json);
        assertFalse(json.matches(".*[<>&].*"), json);
    }

    @Test
    void whatIsNoNumberInJsonIsNull() {
        assertEquals(
                "[null,null,null,1.5]",
                Json.of(new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.5}));
        assertEquals("[9223372036854775807,-1]", Json.of(new long[] {Long.MAX_VALUE, -1}));
    }
}
