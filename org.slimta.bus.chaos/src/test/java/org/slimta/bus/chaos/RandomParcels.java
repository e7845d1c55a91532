package org.slimta.bus.chaos;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.slimta.bus.api.xml.Attachment;

/**
 * Makes the requests of one transaction after the other: mostly one, mostly small, now and then one that is so large that it
 * gets a connection of its own. Not thread-safe.
 */
final class RandomParcels {

    private static final int LARGEST = 400 << 10;
    private static final String CHARACTERS = "abc xyz 0189 <&>\"' äß€ \uD83D\uDCE6";

    private final Random random;
    private final byte[] noise = new byte[2 * LARGEST];
    private final int largePercent;

    /**
     * Makes always the same of one seed.
     *
     * @param largePercent how many of a hundred requests, and of a hundred responses, are larger than 256 KiB
     */
    RandomParcels(long seed, int largePercent) {
        this.random = new Random(seed);
        this.largePercent = largePercent;
        random.nextBytes(noise);
    }

    List<Parcel> next(long number, String server) {
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
            return random.nextInt(256 << 10, LARGEST);
        }
        if (dice < 10) {
            return 0;
        }
        return dice < 85 ? random.nextInt(2 << 10) : random.nextInt(150 << 10);
    }

    private Attachment attachment(int size) {
        return Attachment.of(List.of(ByteBuffer.wrap(noise, random.nextInt(noise.length - size), size)));
    }

    private String text() {
        int start = random.nextInt(CHARACTERS.length() / 2);
        return CHARACTERS.substring(start, CHARACTERS.offsetByCodePoints(start, 3)).repeat(random.nextInt(20));
    }
}
