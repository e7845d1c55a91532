package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The environment of a test: a folder below {@code target}, and processes, which end with the test. If the test fails,
 * the end of each file is printed.
 */
final class Scene implements BeforeEachCallback, AfterEachCallback {

    private static final int MAX_SHOWN_BYTES = 4000;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Path folder;
    private String title;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        title = context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
        folder = Path.of("target", "chaos", title).toAbsolutePath();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(Scene::delete);
            }
        }
        Files.createDirectories(folder);
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    /** Registers something to be closed at the end of the test. */
    <T extends AutoCloseable> T add(T resource) {
        open.push(resource);
        return resource;
    }

    ServerJvm server(String name, String... options) throws Exception {
        return serverWithHeap(name, "256m", options);
    }

    ServerJvm serverWithHeap(String name, String heap, String... options) throws Exception {
        return add(new ServerJvm(folder, name, heap, options));
    }

    ClientJvm client(List<Target> targets, String... options) throws IOException {
        return add(new ClientJvm(folder, targets, options));
    }

    /** Writes results of the test to a file, behind those that are there. */
    void report(String summary) throws IOException {
        Files.writeString(
                folder.resolve("figures.txt"), summary + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (Rounds.LONG) {
            System.out.println(title + "\n" + summary);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        if (context.getExecutionException().isPresent()) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    System.err.println("---- the end of " + file + "\n" + end(file));
                }
            }
        }
    }

    private static String end(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            byte[] last = new byte[(int) Math.min(MAX_SHOWN_BYTES, bytes.length())];
            bytes.seek(bytes.length() - last.length);
            bytes.readFully(last);
            return new String(last, StandardCharsets.UTF_8);
        }
    }
}
