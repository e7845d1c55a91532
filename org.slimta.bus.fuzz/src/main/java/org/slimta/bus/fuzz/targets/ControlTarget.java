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
 * Control frames and failures are read and written in the same way as by both ends of a connection. The pong to any
 * ping that was read carries the same mark; any failure that is written is read as that failure.
 */
public final class ControlTarget {

    private static final int MAX_TEXT_CHARACTERS = 2000;

    /** The number of characters of a text of a peer that a message shows. */
    private static final int MAX_SHOWN_CHARACTERS = 500;

    private ControlTarget() {}

    /**
     * Tests a document, and the same bytes as the message of a failure.
     *
     * @param input the bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        Outcome<FrameHeader> header =
                Outcome.of(() -> Documents.DEFAULT.headers().read(new Frame(input, List.of())), Documents.REFUSALS);
        String ping = header.isGood() ? header.value().control().get("ping") : null;
        if (ping != null) {
            Broken.unlessSame(
                    Map.of("pong", ping), headerOf(ControlFrames.pong(ping)).control(), "the pong to a ping");
            Broken.unlessSame(
                    Map.of("ping", ping), headerOf(ControlFrames.ping(ping)).control(), "the ping");
        }
        Reason reason = Reason.values()[input.length % Reason.values().length];
        long tx = header.isGood() && header.value().tx() > 0 ? header.value().tx() : 1;
        checkFailure(tx, reason, new String(input, UTF_8));
        checkFailure(tx, reason, new String(input, ISO_8859_1));
        checkFailure(tx, reason, new Script(input).string());
    }

    private static Frame sent(OutgoingFrame frame) {
        try {
            return Wire.decodeOne(Wire.encode(frame, RootAttributes.NONE, FrameLimits.defaults()));
        } catch (BusException e) {
            throw new IllegalStateException("a control frame cannot be written", e);
        }
    }

    private static FrameHeader headerOf(OutgoingFrame frame) {
        try {
            return Documents.DEFAULT.headers().read(sent(frame));
        } catch (BusException e) {
            throw new IllegalStateException("a control frame cannot be read", e);
        }
    }

    private static void checkFailure(long tx, Reason reason, String message) {
        Frame frame = sent(ControlFrames.failure(tx, new BusException(reason, message)));
        FrameHeader header = headerOf(ControlFrames.failure(tx, new BusException(reason, message)));
        Broken.unlessSame(Envelope.RESPONSES, header.envelope(), "the envelope of a failure");
        Broken.unlessSame(tx, header.tx(), "tx of a failure");
        BusException failure = null;
        try {
            Documents.DEFAULT.envelopes().read(frame, header, Envelope.RESPONSES);
        } catch (BusException e) {
            failure = e;
        }
        BusException read = failure;
        Broken.unless(read != null, () -> "a failure was read as responses");
        Broken.unlessSame(reason, read.reason(), "the reason of a failure");
        int length = read.getMessage().codePointCount(0, read.getMessage().length());
        Broken.unless(length <= MAX_TEXT_CHARACTERS, () -> length + " characters of a failure were read");
        String sent = message.strip();
        if (message.length() <= MAX_TEXT_CHARACTERS && message.chars().allMatch(c -> c >= ' ' && c < 127)) {
            String expected = sent.length() <= MAX_SHOWN_CHARACTERS
                    ? sent
                    : sent.substring(0, MAX_SHOWN_CHARACTERS) + "... (" + sent.length() + " characters)";
            Broken.unlessSame(expected, read.getMessage(), "the message of a failure");
        }
    }
}
