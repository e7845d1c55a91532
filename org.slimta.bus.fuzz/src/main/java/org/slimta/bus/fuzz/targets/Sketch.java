package org.slimta.bus.fuzz.targets;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames without numbers, so that whatever is changed in them their lengths are right: two bytes of 0, which begin no frame;
 * then the frames, a byte of 255 between two, and in a frame its parts, a byte of 254 between two. UTF-8 has neither byte.
 */
final class Sketch {

    private static final int START = 2;
    private static final byte NEXT_FRAME = (byte) 255;
    private static final byte NEXT_PART = (byte) 254;

    private Sketch() {}

    /** The frames of a sketch as bytes; or the bytes themselves if they are none. */
    static byte[] frames(byte[] input) {
        if (input.length <= START || input[0] != 0 || input[1] != 0) {
            return input;
        }
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (byte[] frame : split(Arrays.copyOfRange(input, START, input.length), NEXT_FRAME)) {
            List<byte[]> parts = split(frame, NEXT_PART);
            frames.writeBytes(ByteBuffer.allocate(Short.BYTES).putShort((short) parts.size()).array());
            for (byte[] part : parts) {
                frames.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
                frames.writeBytes(part);
            }
        }
        return frames.toByteArray();
    }

    private static List<byte[]> split(byte[] bytes, byte separator) {
        List<byte[]> pieces = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == separator) {
                pieces.add(Arrays.copyOfRange(bytes, start, i));
                start = i + 1;
            }
        }
        return pieces;
    }
}
