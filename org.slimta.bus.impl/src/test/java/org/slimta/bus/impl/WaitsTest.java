package org.slimta.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test waits for a condition, or moves the time of a timer: it does not wait for a while and hope that it is enough. */
class WaitsTest {

    private static final Path MODULES = Path.of("..");

    /** The programs of these tests run as processes that must go slowly, or stand still, for some time. */
    private static final String REAL_TIME = "org.slimta.bus.chaos";

    private static final Pattern SLEEP = Pattern.compile("\\b(Thread|[A-Z]*SECONDS)\\.sleep\\(|import static .*\\.sleep;");

    private static List<Path> testSources() throws IOException {
        try (Stream<Path> files = Files.walk(MODULES)) {
            return files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> path.toString().contains("/src/test/java/"))
                    .filter(path -> !MODULES.relativize(path).startsWith(REAL_TIME))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void noTestSleeps() throws Exception {
        List<Path> all = testSources();
        assertTrue(all.size() > 150, all.size() + " sources");
        assertEquals(
                List.of(),
                all.stream().filter(path -> SLEEP.matcher(read(path)).find()).toList(),
                "wait for a condition with Await, or move the time of a ManualTimer");
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
