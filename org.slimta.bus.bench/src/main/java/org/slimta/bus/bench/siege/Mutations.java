package org.slimta.bus.bench.siege;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Recorded frames with changes, so that most of them are no longer valid frames. Not thread-safe. */
final class Mutations {

    private static final byte[][] WORDS = Stream.of(
                    "<",
                    ">",
                    "&",
                    "]]>",
                    "<![CDATA[",
                    "<!DOCTYPE a>",
                    "&x;",
                    "<requests tx=\"1\">",
                    "<control ping=\"1\"/>",
                    " tx=\"-1\"",
                    " ttl=\"0\"",
                    "part=\"99\"",
                    "\u0000",
                    "\uFFFF",
                    "<?xml version='1.0' encoding='x'?>")
            .map(String::getBytes)
            .toArray(byte[][]::new);

    private final List<byte[]> recordings;
    private final Random random;

    Mutations(List<byte[]> recordings, long seed) {
        this.recordings = recordings;
        this.random = new Random(seed);
    }

    static List<byte[]> read(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .map(file -> {
                        try {
                            return Files.readAllBytes(file);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .filter(bytes -> bytes.length < 8192)
                    .toList();
        }
    }

    /** The next input, which always differs from the recording. */
    byte[] next() {
        byte[] original = recordings.get(random.nextInt(recordings.size()));
        byte[] bytes = original;
        do {
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes = change(bytes);
            }
        } while (Arrays.equals(bytes, original));
        return bytes;
    }

    private byte[] change(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << random.nextInt(8));
                return changed;
            }
            case 1 -> {
                byte[] changed = bytes.clone();
                changed[at] = (byte) random.nextInt();
                return changed;
            }
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                return insert(bytes, at, WORDS[random.nextInt(WORDS.length)]);
            }
            case 4 -> {
                int end = at + random.nextInt(bytes.length - at);
                return insert(bytes, at, Arrays.copyOfRange(bytes, at, end));
            }
            case 5 -> {
                byte[] changed = bytes.clone();
                for (int i = 0; i < Math.min(6, bytes.length); i++) {
                    changed[i] = random.nextInt(3) == 0 ? (byte) random.nextInt() : changed[i];
                }
                return changed;
            }
            default -> {
                byte[] other = recordings.get(random.nextInt(recordings.size()));
                return insert(bytes, at, Arrays.copyOfRange(other, random.nextInt(other.length), other.length));
            }
        }
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(bytes, at, all, at + more.length, bytes.length - at);
        System.arraycopy(more, 0, all, at, more.length);
        return all;
    }
}
