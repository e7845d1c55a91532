package org.slimta.bus.fuzz.targets;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.xml.Attachment;
import org.slimta.bus.impl.wire.Frame;
import org.slimta.bus.impl.wire.FrameDecoder;
import org.slimta.bus.impl.wire.FrameEncoder;
import org.slimta.bus.impl.wire.FramePieces;
import org.slimta.bus.impl.wire.OutgoingFrame;

/** Encodes and decodes frames. */
final class Wire {

    private Wire() {}

    /** Encodes a frame, in both ways if it is small; both must result in the same bytes. */
    static byte[] encode(OutgoingFrame frame, byte[] rootAttributes, FrameLimits limits) throws BusException {
        FrameEncoder encoder = new FrameEncoder(frame, limits);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (FramePieces pieces = encoder.pieces(rootAttributes)) {
            for (ByteBuffer piece = pieces.next(); piece != null; piece = pieces.next()) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot fail: everything is in memory", e);
        }
        Broken.unlessSame(encoder.size() + rootAttributes.length, (long) bytes.size(), "the size of the frame");
        if (encoder.isSmall()) {
            ByteBuffer together = ByteBuffer.allocate(encoder.room());
            encoder.putInto(together, rootAttributes);
            Broken.unlessSame(ByteBuffer.wrap(bytes.toByteArray()), together.flip(), "the bytes of a small frame");
        }
        return bytes.toByteArray();
    }

    /** Decodes the frames at the start of the bytes, up to the first bytes that are not a frame. */
    static List<Frame> decode(byte[] bytes) {
        List<Frame> frames = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(FrameLimits.defaults());
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            for (Frame frame = decoder.decode(rest); frame != null; frame = decoder.decode(rest)) {
                frames.add(frame);
            }
        } catch (BusException e) {
            // FrameTarget checks such failures.
        }
        return frames;
    }

    static Frame decodeOne(byte[] bytes) throws BusException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        Frame frame = new FrameDecoder(FrameLimits.defaults()).decode(rest);
        Broken.unless(frame != null && !rest.hasRemaining(), () -> "the bytes that were written are not one frame");
        return frame;
    }

    /** The parts of a frame in a form that can be compared. */
    static List<ByteBuffer> parts(Frame frame) {
        List<ByteBuffer> parts = new ArrayList<>();
        parts.add(ByteBuffer.wrap(frame.xml()));
        frame.attachments().forEach(attachment -> parts.add(ByteBuffer.wrap(bytes(attachment))));
        return parts;
    }

    static byte[] bytes(Attachment attachment) {
        try {
            return attachment.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("cannot fail: the attachment is in memory", e);
        }
    }
}
