package org.slimta.bus.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;

/** Frames without items, for carriers. */
class FramesTest {

    @Test
    void aControlFrameHasAttributesAndNothingElse() {
        byte[] frame = Frames.control("hello", "a<&\"b", "room", "7");
        assertEquals(Map.of("hello", "a<&\"b", "room", "7"), Frames.readControl(frame));
        assertArrayEquals(new byte[] {0, 1}, Arrays.copyOf(frame, 2)); // One part.
        assertTrue(new String(frame, UTF_8).endsWith("<control hello=\"a&lt;&amp;&quot;b\" room=\"7\"/>\r\n"));
    }

    @Test
    void whatIsNoControlFrameSaysNothing() {
        byte[] failure = Frames.failure(5, new BusException(Reason.CODEC, "why"));
        assertTrue(new String(failure, UTF_8).contains("<responses tx=\"5\" error=\"codec\""));
        byte[] control = Frames.control("ask", "1");
        for (byte[] each : List.of(
                failure,
                new byte[0],
                new byte[] {0},
                "hello".getBytes(UTF_8),
                Arrays.copyOf(control, control.length - 4),
                Frames.control("ask", "1".repeat(70_000)))) {
            assertEquals(Map.of(), Frames.readControl(each), new String(each, UTF_8));
        }
    }

    @Test
    void numbersAreReadAsFarAsTheyAreNumbers() {
        assertEquals(List.of(5L, 7L), Frames.numbers("5 x -1 7 0"));
        assertEquals(List.of(), Frames.numbers(null));
        assertEquals(1000, Frames.numbers("1 ".repeat(2000)).size());
    }
}
