package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.wire.RootAttributes;

/**
 * Notices are read and answered as both ends of a connection do. Whatever ping was read has an answer that brings the same mark
 * back; whatever failure is told arrives as that failure.
 */
public final class ControlTarget {

    private static final int LONGEST_TEXT = 2000;

    /** Of what a peer says the beginning is shown. */
    private static final int LONGEST_SHOWN = 500;

    private ControlTarget() {}

    /**
     * Tries a document, and the same bytes as the message of a failure.
     *
     * @param input its bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Outcome<FrameHeader> head = Outcome.of(() -> Documents.USUAL.heads().read(new Frame(input, List.of())), Documents.REFUSALS);
        String ping = head.isGood() ? head.value().control().get("ping") : null;
        if (ping != null) {
            Broken.unlessSame(Map.of("pong", ping), headOf(ControlFrames.pong(ping)).control(), "the answer to a ping");
            Broken.unlessSame(Map.of("ping", ping), headOf(ControlFrames.ping(ping)).control(), "the ping");
        }
        Reason reason = Reason.values()[input.length % Reason.values().length];
        long tx = head.isGood() && head.value().tx() > 0 ? head.value().tx() : 1;
        tell(tx, reason, new String(input, UTF_8));
        tell(tx, reason, new String(input, ISO_8859_1));
        tell(tx, reason, new Script(input).string());
    }

    private static Frame sent(OutgoingFrame notice) {
        try {
            return Wire.decodeOne(Wire.encode(notice, RootAttributes.NONE, FrameLimits.defaults()));
        } catch (BusException e) {
            throw new IllegalStateException("a notice cannot be sent", e);
        }
    }

    private static FrameHeader headOf(OutgoingFrame notice) {
        try {
            return Documents.USUAL.heads().read(sent(notice));
        } catch (BusException e) {
            throw new IllegalStateException("a notice cannot be read", e);
        }
    }

    private static void tell(long tx, Reason reason, String message) {
        Frame frame = sent(ControlFrames.failure(tx, new BusException(reason, message)));
        FrameHeader head = headOf(ControlFrames.failure(tx, new BusException(reason, message)));
        Broken.unlessSame(Envelope.RESPONSES, head.envelope(), "the envelope of a failure");
        Broken.unlessSame(tx, head.tx(), "tx of a failure");
        BusException failure = null;
        try {
            Documents.USUAL.envelopes().read(frame, head, Envelope.RESPONSES);
        } catch (BusException e) {
            failure = e;
        }
        BusException told = failure;
        Broken.unless(told != null, () -> "a failure was read as responses");
        Broken.unlessSame(reason, told.reason(), "the reason of a failure");
        int length = told.getMessage().codePointCount(0, told.getMessage().length());
        Broken.unless(length <= LONGEST_TEXT, () -> length + " characters were told of a failure");
        String sent = message.strip();
        if (message.length() <= LONGEST_TEXT && message.chars().allMatch(c -> c >= ' ' && c < 127)) {
            String expected = sent.length() <= LONGEST_SHOWN
                    ? sent
                    : sent.substring(0, LONGEST_SHOWN) + "... (" + sent.length() + " characters)";
            Broken.unlessSame(expected, told.getMessage(), "the message of a failure");
        }
    }
}
