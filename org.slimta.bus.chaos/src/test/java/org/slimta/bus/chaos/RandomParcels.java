package org.slimta.bus.chaos;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.slimta.bus.api.xml.Attachment;

/**
 * Creates random requests for transactions: mostly one, mostly small, occasionally one that is so large that it gets a
 * separate connection. Not thread-safe.
 */
final class RandomParcels {

    private static final String CHARACTERS = "abc xyz 0189 <&>\"' äß€ \uD83D\uDCE6";

    private static final byte[] NOISE = new byte[2 << 20];

    static {
        new Random(1).nextBytes(NOISE);
    }

    private final Random random;
    private final int largePercent;
    private final int largeBytes;
    private final int mediumPercent;
    private final int mediumBytes;
    private final int exactBytes;

    /**
     * Creates a generator, which creates the same requests for the same seed.
     *
     * @param arguments {@code largePercent}: the percentage of attachments larger than 256 KiB, of up to {@code largeKiB}; {@code mediumPercent}:
     *     the percentage of attachments of up to {@code mediumKiB}; {@code exactMiB}: all requests have one attachment of this size, and so
     *     have their responses
     */
    RandomParcels(long seed, Arguments arguments) {
        this.random = new Random(seed);
        this.largePercent = arguments.number("largePercent", 1);
        this.largeBytes = arguments.number("largeKiB", 400) << 10;
        this.mediumPercent = arguments.number("mediumPercent", 15);
        this.mediumBytes = arguments.number("mediumKiB", 150) << 10;
        this.exactBytes = arguments.number("exactMiB", 0) << 20;
    }

    List<Parcel> next(long number, String server) {
        if (exactBytes > 0) {
            return List.of(Parcel.of(number, 0, server, exactBytes, "", List.of(attachment(exactBytes))));
        }
        int count = random.nextInt(10) == 0 ? random.nextInt(1, 4) : 1;
        List<Parcel> parcels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            List<Attachment> attachments = new ArrayList<>();
            int parts = random.nextInt(4) == 0 ? random.nextInt(1, 4) : random.nextInt(2);
            for (int part = 0; part < parts; part++) {
                attachments.add(attachment(size()));
            }
            parcels.add(Parcel.of(number, i, server, random.nextBoolean() ? 0 : size(), text(), attachments));
        }
        return parcels;
    }

    private int size() {
        int dice = random.nextInt(100);
        if (dice < largePercent) {
            return random.nextInt(256 << 10, largeBytes);
        }
        if (dice < largePercent + mediumPercent) {
            return random.nextInt(mediumBytes);
        }
        return dice < 90 ? random.nextInt(2 << 10) : 0;
    }

    private Attachment attachment(int size) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int left = size;
                left > 0 || pieces.isEmpty();
                left -= pieces.get(pieces.size() - 1).remaining()) {
            int piece = Math.min(left, NOISE.length / 2);
            pieces.add(ByteBuffer.wrap(NOISE, random.nextInt(NOISE.length - piece), piece));
        }
        return Attachment.of(pieces);
    }

    private String text() {
        int start = random.nextInt(CHARACTERS.length() / 2);
        return CHARACTERS
                .substring(start, CHARACTERS.offsetByCodePoints(start, 3))
                .repeat(random.nextInt(20));
    }
}
