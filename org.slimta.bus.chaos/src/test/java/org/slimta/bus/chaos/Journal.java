package org.slimta.bus.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes events to a file, one per line. Written events survive a kill of the process. Thread-safe. */
final class Journal {

    private final OutputStream out;

    /** Opens a journal, which is appended to an existing file. */
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
