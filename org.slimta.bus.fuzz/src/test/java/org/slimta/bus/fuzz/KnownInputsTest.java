package org.slimta.bus.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs the known inputs with their targets: recordings of real nodes, and inputs that once found a fault. */
class KnownInputsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TestFactory
    Stream<DynamicContainer> allThatIsKnown() {
        Inputs inputs = new Inputs(Path.of("").toAbsolutePath());
        return Arrays.stream(Target.values())
                .map(target -> DynamicContainer.dynamicContainer(target.title(), tests(target, inputs)));
    }

    @Test
    void everyFolderOfInputsIsTried() throws IOException {
        Set<String> names = Arrays.stream(Target.values()).map(Target::title).collect(Collectors.toSet());
        names.add(Inputs.DOCUMENTS);
        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/inputs"))) {
            folders.forEach(folder -> assertTrue(
                    names.contains(folder.getFileName().toString()),
                    folder + " does not belong to a target; the targets are " + names));
        }
    }

    private static Stream<DynamicTest> tests(Target target, Inputs inputs) {
        Map<String, byte[]> known;
        try {
            known = inputs.of(target);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        assertFalse(known.isEmpty(), "no inputs for " + target);
        return known.entrySet().stream()
                .map(input -> DynamicTest.dynamicTest(
                        input.getKey(), () -> tryOne(target, input.getKey(), input.getValue())));
    }

    private static void tryOne(Target target, String name, byte[] input) {
        try {
            assertTimeoutPreemptively(TIMEOUT, () -> target.tryOne(input));
        } catch (Throwable e) {
            throw new AssertionError(target.title() + " with " + name + ": " + e.getMessage(), e);
        }
    }
}
