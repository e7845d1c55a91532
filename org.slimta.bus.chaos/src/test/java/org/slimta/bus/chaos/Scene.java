package org.slimta.bus.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Where a test takes place: a folder below {@code target}, and processes, which end with the test. When it fails, the end of
 * each file is shown.
 */
final class Scene implements BeforeEachCallback, AfterEachCallback {

    private static final int SHOWN = 4000;

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

    /** Has something end with the test. */
    <T extends AutoCloseable> T add(T ending) {
        open.push(ending);
        return ending;
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

    /** Writes down what came of the test. */
    void report(String figures) throws IOException {
        Files.writeString(folder.resolve("figures.txt"), figures);
        if (Rounds.LONG) {
            System.out.println(title + "\n" + figures);
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
            byte[] last = new byte[(int) Math.min(SHOWN, bytes.length())];
            bytes.seek(bytes.length() - last.length);
            bytes.readFully(last);
            return new String(last, StandardCharsets.UTF_8);
        }
    }
}
