package org.slimta.bus.impl.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Outcome;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.xml.XmlReader;

/** Text of a peer is cut and made visible in messages, and means what the wire page says. */
class PeerTextTest {

    private static final FrameLimits LIMITS =
            FrameLimits.builder().maxNameSize(1_000_000).build();

    private static Frame frame(String xml) {
        return new Frame(xml.getBytes(UTF_8), List.of());
    }

    private static FrameHeader header(String xml) throws BusException {
        return new FrameHeaderReader(new XmlReader(LIMITS)).read(frame(xml));
    }

    private static BusException failure(String xml) {
        return assertThrows(
                BusException.class,
                () -> new EnvelopeReader(new XmlReader(LIMITS), LIMITS).read(frame(xml), null, Envelope.RESPONSES));
    }

    private static void assertShortAndVisible(BusException failure) {
        String message = failure.getMessage();
        assertTrue(message.length() < 800, message.length() + " characters");
        assertFalse(message.chars().anyMatch(Character::isISOControl), message);
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            int length = String.valueOf(cause.getMessage()).length();
            assertTrue(length < 800, "a cause of " + length + " characters");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<LONG/>", "<requests tx='LONG'/>", "<requests ttl='LONG' tx='1'/>",
                        "<responses tx='&#10;ERROR&#x9b;'/>",
                "<responses tx='9LONG'/>", "<requests tx='1' tx='LONG' LONG=''/>", "<LONG", "<requests a='&LONG;'/>"
            })
    void aBadHeadIsToldShort(String xml) {
        assertShortAndVisible(assertThrows(BusException.class, () -> header(xml.replace("LONG", "A".repeat(200_000)))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<LONG/>",
                "<responses error='LONG'>text</responses>",
                "<responses error='handler'>LONG</responses>",
                "<responses error='handler'>a&#10;b&#13;c&#x85;d&#x2028;</responses>",
                "<responses error='&#10;'>LONG</responses>",
                "<responses>&LONG;</responses>",
                "<responses><a></LONG></responses>"
            })
    void aBadOrFailedFrameIsToldShort(String xml) {
        assertShortAndVisible(failure(xml.replace("LONG", "A".repeat(200_000))));
    }

    @Test
    void aFailureIsPassedOnAsItIs() {
        BusException failure = failure("<responses error='no-codec'>\r\n no codec for M\u00fcller\r\n</responses>");
        assertEquals(Reason.NO_CODEC, failure.reason());
        assertEquals("no codec for M\u00fcller", failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, TIMEOUT",
        "too-large, TOO_LARGE",
        "Too-Large, TOO_LARGE",
        "no-codec, NO_CODEC",
        "handler, HANDLER"
    })
    void reasonsAreThoseOfTheApi(String word, Reason reason) {
        assertEquals(reason, failure("<responses error='" + word + "'/>").reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"t\u0131meout", "clo\u017fed", "TIMEOUT ", "", "none"})
    void otherWordsAreNoReasons(String word) {
        BusException failure = failure("<responses error='" + word + "'>text</responses>");
        assertEquals(Reason.MALFORMED, failure.reason());
        assertTrue(failure.getMessage().contains("text"), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "not-processed, NOT_PROCESSED",
        "Not-Processed, NOT_PROCESSED",
        "processed, PROCESSED",
        "unknown, UNKNOWN",
        "'', UNKNOWN",
        "not_processed, UNKNOWN",
        "'not-processed ', UNKNOWN",
        "n\u00f6t-processed, UNKNOWN"
    })
    void anOutcomeThatIsNotKnownIsUnknown(String word, Outcome outcome) {
        assertEquals(
                outcome,
                failure("<responses error='overloaded' outcome='" + word + "'/>")
                        .outcome());
    }

    @Test
    void withoutAnOutcomeTheReasonSaysWhatIsCertain() {
        assertEquals(
                Outcome.NOT_PROCESSED,
                failure("<responses error='overloaded'/>").outcome());
        assertEquals(Outcome.UNKNOWN, failure("<responses error='mismatch'/>").outcome());
        assertEquals(Outcome.UNKNOWN, failure("<responses error='no-such'/>").outcome());
    }

    @Test
    void eachReasonIsSentWithEachOutcome() throws Exception {
        for (Reason reason : Reason.values()) {
            for (Outcome outcome : Outcome.values()) {
                BusException sent = new BusException(reason, outcome, "why", null);
                String xml = new String(ControlFrames.failure(1, sent).xml(), UTF_8);
                assertEquals(reason, failure(xml).reason());
                assertEquals(outcome, failure(xml).outcome());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "' 7 ', 7", "'&#9;7&#10;', 7", "007, 7"})
    void numbersAreDigitsOfAscii(String value, long number) throws BusException {
        assertEquals(number, header("<requests tx='" + value + "'/>").tx());
        assertEquals(number, header("<requests tx='1' ttl='" + value + "'/>").ttl());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0661",
                "\uff17",
                "\u00a07",
                "\u20037",
                "+7",
                "-7",
                "7.0",
                "",
                " ",
                "0x7",
                "9223372036854775808"
            })
    void nothingElseIsANumber(String value) {
        for (String xml : List.of("<requests tx='" + value + "'/>", "<requests tx='1' ttl='" + value + "'/>")) {
            assertEquals(
                    Reason.MALFORMED,
                    assertThrows(BusException.class, () -> header(xml)).reason());
        }
    }
}
