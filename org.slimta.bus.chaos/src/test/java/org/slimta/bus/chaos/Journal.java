package org.slimta.bus.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Notes what happens, a line each, in a file. What was noted survives the death of the process. Thread-safe. */
final class Journal {

    private final OutputStream out;

    /** Goes on with a file, or begins it. */
    Journal(Path file) throws IOException {
        out = new FileOutputStream(file.toFile(), true);
    }

    synchronized void note(Event.Kind kind, long number, String... details) {
        String line = System.nanoTime() + "\t" + kind + "\t" + number + "\t" + String.join("\t", details);
        try {
            out.write((line.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
