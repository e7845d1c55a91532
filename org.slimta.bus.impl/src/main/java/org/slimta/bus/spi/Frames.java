package org.slimta.bus.spi;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.impl.exchange.ControlFrame;
import org.slimta.bus.impl.wire.ControlFrames;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.FrameHeader;
import org.slimta.bus.impl.wire.FrameHeaderReader;
import org.slimta.bus.impl.wire.OutgoingFrame;
import org.slimta.bus.impl.xml.XmlReader;

/** Writes and reads frames without items, for what carriers tell each other. Source: the wire page. Thread-safe; nothing blocks. */
@ProviderType
public final class Frames {

    /** A control frame of a carrier is small: at most a thousand numbers. */
    private static final FrameLimits LIMITS = FrameLimits.builder()
            .maxParts(1)
            .maxXmlSize(64 << 10)
            .maxElements(2)
            .build();

    private static final FrameHeaderReader READER = new FrameHeaderReader(new XmlReader(LIMITS));

    private Frames() {}

    /**
     * Writes a control frame.
     *
     * @param namesAndValues the attributes of its root, each name followed by its value, of which XML can hold all characters; not
     *     null
     * @return the frame
     */
    public static byte[] control(String... namesAndValues) {
        return bytes(ControlFrames.control(namesAndValues));
    }

    /**
     * Writes the frame that tells a client why its transaction failed.
     *
     * @param number the number of the transaction, 1 or more
     * @param failure why it failed; not null
     * @return the frame
     */
    public static byte[] failure(long number, BusException failure) {
        return bytes(ControlFrames.failure(number, failure));
    }

    private static byte[] bytes(OutgoingFrame frame) {
        ControlFrame control = ControlFrame.of(frame);
        ByteBuffer bytes = ByteBuffer.allocate(control.encoder().room());
        control.encoder().putInto(bytes, control.attributes());
        byte[] all = new byte[bytes.flip().remaining()];
        bytes.get(all);
        return all;
    }

    /**
     * Reads a control frame.
     *
     * @param frame the frame; not null
     * @return the attributes of its root; empty if it is no control frame, or is larger than 64 KiB
     */
    public static Map<String, String> readControl(byte[] frame) {
        try {
            Frame decoded = new FrameDecoder(LIMITS).decode(ByteBuffer.wrap(frame));
            FrameHeader header = decoded == null ? null : READER.read(decoded);
            return header == null || header.envelope() != Envelope.CONTROL ? Map.of() : header.control();
        } catch (BusException e) {
            return Map.of();
        }
    }

    /**
     * Reads the numbers of transactions that an attribute of a control frame has.
     *
     * @param text numbers with blanks between them; may be null
     * @return the numbers, at most 1,000 of them; what is not a number is left out
     */
    public static List<Long> numbers(String text) {
        return text == null ? List.of() : ControlFrames.numbers(text);
    }
}
