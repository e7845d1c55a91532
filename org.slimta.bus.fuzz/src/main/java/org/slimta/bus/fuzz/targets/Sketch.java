package org.slimta.bus.fuzz.targets;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames without sizes, so that the sizes are right whatever the fuzzer changes: two bytes of 0, which no frame starts
 * with; then the frames, separated by the byte 255, with their parts, separated by the byte 254. Neither byte occurs in
 * UTF-8.
 */
final class Sketch {

    private static final int PREFIX_BYTES = 2;
    private static final byte NEXT_FRAME = (byte) 255;
    private static final byte NEXT_PART = (byte) 254;

    private Sketch() {}

    /** The bytes of the frames of a sketch; or the input itself if it is not a sketch. */
    static byte[] frames(byte[] input) {
        if (input.length <= PREFIX_BYTES || input[0] != 0 || input[1] != 0) {
            return input;
        }
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (byte[] frame : split(Arrays.copyOfRange(input, PREFIX_BYTES, input.length), NEXT_FRAME)) {
            List<byte[]> parts = split(frame, NEXT_PART);
            frames.writeBytes(ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) parts.size())
                    .array());
            for (byte[] part : parts) {
                frames.writeBytes(
                        ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
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
