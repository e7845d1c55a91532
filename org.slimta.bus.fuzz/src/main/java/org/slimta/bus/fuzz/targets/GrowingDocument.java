package org.slimta.bus.fuzz.targets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A document of any size. The sketch consists of pieces separated by the byte 255; every second piece is repeated. The
 * byte 254 stands for the number of the repetition, and the byte 253 for a name that is different in each repetition,
 * but always has the same hash.
 */
final class GrowingDocument {

    private static final byte SEPARATOR = (byte) 255;
    private static final byte NUMBER = (byte) 254;
    private static final byte EQUAL_HASH = (byte) 253;
    private static final int HASH_PAIRS = 17;

    private final List<byte[]> pieces = new ArrayList<>();

    GrowingDocument(byte[] sketch) {
        int start = 0;
        for (int i = 0; i <= sketch.length; i++) {
            if (i == sketch.length || sketch[i] == SEPARATOR) {
                pieces.add(Arrays.copyOfRange(sketch, start, i));
                start = i + 1;
            }
        }
    }

    /** Whether there is a piece to repeat. */
    boolean grows() {
        for (int i = 1; i < pieces.size(); i += 2) {
            if (pieces.get(i).length > 0) {
                return true;
            }
        }
        return false;
    }

    /** The document with enough repetitions to have a size. */
    byte[] ofSize(int size) {
        int repeated = pieces.size() / 2;
        ByteArrayOutputStream document = new ByteArrayOutputStream(size + 4096);
        for (int i = 0; i < pieces.size(); i++) {
            byte[] piece = pieces.get(i);
            if (i % 2 == 0) {
                write(piece, 0, document);
            } else {
                int end = document.size() + (piece.length == 0 ? 0 : size / repeated);
                for (int number = 0; document.size() < end; number++) {
                    write(piece, number, document);
                }
            }
        }
        return document.toByteArray();
    }

    private static void write(byte[] piece, int number, ByteArrayOutputStream to) {
        for (byte b : piece) {
            switch (b) {
                case NUMBER -> to.writeBytes(Integer.toString(number).getBytes(US_ASCII));
                case EQUAL_HASH -> to.writeBytes(equalHash(number));
                default -> to.write(b);
            }
        }
    }

    private static byte[] equalHash(int number) {
        StringBuilder name = new StringBuilder("x"); // A hash function may mix a seed with the first character.
        for (int bit = 0; bit < HASH_PAIRS; bit++) {
            name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString().getBytes(US_ASCII);
    }
}
