package org.slimta.bus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test waits for a condition, or moves the time of a timer: it does not wait for a while and hope that it is enough. */
class WaitsTest {

    private static final Path MODULES = Path.of("..");

    /** The programs of these tests run as processes that must go slowly, or stand still, for some time. */
    private static final String REAL_TIME = "org.slimta.bus.chaos";

    private static final Pattern SLEEP =
            Pattern.compile("\\b(Thread|[A-Z]*SECONDS)\\.sleep\\(|^import static .*\\.sleep;", Pattern.MULTILINE);

    private static List<Path> testSources() throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> poms = Files.find(MODULES, 3, (path, attributes) -> path.endsWith("pom.xml"))) {
            for (Path pom : poms.toList()) {
                Path tests = pom.resolveSibling("src/test/java");
                if (Files.isDirectory(tests) && !tests.startsWith(MODULES.resolve(REAL_TIME))) {
                    try (Stream<Path> files = Files.walk(tests)) {
                        files.filter(path -> path.toString().endsWith(".java")).forEach(all::add);
                    }
                }
            }
        }
        return all;
    }

    @Test
    void noTestSleeps() throws Exception {
        List<Path> all = testSources();
        assertTrue(all.size() > 200, all.size() + " sources");
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
