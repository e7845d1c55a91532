package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A clone that has nothing but the sources, and a local Maven repository that has nothing of this project but what
 * {@code install} of the clone puts there. What Maven has fetched for this build is not fetched again. The clone is made and
 * installed once for all tests of a JVM.
 */
final class CleanClone {

    /** What a user types, as the tutorial says. */
    static final String INSTALL = "./mvnw -DskipTests install";

    static final Path FOLDER = Path.of("target/clone").toAbsolutePath();

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path REPOSITORY = Path.of("target/clone-repository").toAbsolutePath();
    private static final long TIMEOUT = 1200;

    private static boolean installed;

    private CleanClone() {}

    /** Makes and installs the clone, with what a release has, unless that is done. */
    static synchronized void install() throws Exception {
        if (!installed) {
            copySources();
            delete(REPOSITORY.resolve("org/slimta"));
            delete(REPOSITORY.resolve("com/example"));
            run(FOLDER, Map.of(), List.of("bash", "-c", INSTALL + " -Prelease"));
            installed = true;
        }
    }

    /** The folder of an example, which is built and put into the repository, unless that is done. */
    static synchronized Path example(String name) throws Exception {
        install();
        Path folder = FOLDER.resolve("examples").resolve(name);
        if (!Files.exists(folder.resolve("target"))) {
            maven(folder, "install");
        }
        return folder;
    }

    /** Where the repository has the files of a module. */
    static Path installed(String artifact) {
        return REPOSITORY.resolve("org/slimta/bus").resolve(artifact);
    }

    /** The repository, for Maven and Karaf. */
    static String repository() {
        return REPOSITORY.toUri().toString();
    }

    /** Runs Maven on a project outside the clone's build, and returns what it prints. */
    static String maven(Path project, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(FOLDER.resolve("mvnw").toString(), "-f", project.toString()));
        command.addAll(List.of(arguments));
        return run(FOLDER, Map.of(), command);
    }

    /**
     * Runs a program, for whose Maven the repository is the local one, and returns what it prints. The build around this test
     * checks the sources and their format.
     */
    static String run(Path folder, Map<String, String> environment, List<String> command) throws Exception {
        Path out = Files.createTempFile(Path.of("target"), "printed", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put(
                        "MAVEN_USER_HOME",
                        Path.of(System.getProperty("user.home"), ".m2").toString());
        builder.environment()
                .put(
                        "MAVEN_ARGS",
                        "-B -ntp -q -T 2 -Dspotless.check.skip -Derrorprone.off=-XepDisableAllChecks"
                                + " -Dmaven.repo.local=" + REPOSITORY
                                + " -Dmaven.repo.local.tail=" + System.getProperty("itest.repository"));
        Process process = builder.start();
        boolean ended = process.waitFor(TIMEOUT, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String printed = readable(out);
        Files.delete(out);
        assertTrue("it ends within " + TIMEOUT + " s:\n" + printed, ended);
        assertEquals(printed, 0, process.exitValue());
        return printed;
    }

    /** As git would: what was built does not come along. */
    private static void copySources() throws IOException {
        delete(FOLDER);
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                String name = folder.getFileName().toString();
                if (!folder.equals(ROOT) && (name.equals("target") || name.equals(".git"))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(FOLDER.resolve(ROOT.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.getFileName().toString().equals(".git")) {
                    Files.copy(file, FOLDER.resolve(ROOT.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** Without what colours a terminal. */
    private static String readable(Path out) throws IOException {
        return new String(Files.readAllBytes(out), StandardCharsets.UTF_8)
                .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "")
                .lines()
                .collect(Collectors.joining("\n"));
    }
}
