package org.slimta.bus.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads a journal while it is being written. Not thread-safe. */
final class JournalReader {

    private final Path file;
    private final List<Event> events = new ArrayList<>();
    private long position;

    JournalReader(Path file) {
        this.file = file;
    }

    /** All events until now. Ignores a line that is being written. */
    List<Event> events() throws IOException {
        if (!Files.exists(file)) {
            return events;
        }
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(position);
            in.transferTo(more);
        }
        byte[] bytes = more.toByteArray();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                events.add(Event.parse(new String(bytes, start, i - start, StandardCharsets.UTF_8)));
                start = i + 1;
            }
        }
        position += start;
        return events;
    }

    /** Waits for a number of further events. */
    void awaitMore(String what, int count, Duration timeout, Predicate<Event> which) throws Exception {
        awaitMore(what, events().size(), count, timeout, which);
    }

    /** Waits for a number of events after the first ones. */
    void awaitMore(String what, int first, int count, Duration timeout, Predicate<Event> which) throws Exception {
        int[] seen = {first, 0};
        Await.until(what, timeout, () -> {
            List<Event> all = events();
            for (; seen[0] < all.size(); seen[0]++) {
                seen[1] += which.test(all.get(seen[0])) ? 1 : 0;
            }
            return seen[1] >= count;
        });
    }
}
