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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

/**
 * Runs the commands of the tutorial, in two Karafs: with a clone that has nothing but the sources, and a local Maven repository
 * that has nothing of this project. Karaf itself is here already, and what Maven has fetched for this build.
 */
public class TutorialIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path KARAF =
            Path.of("target/karaf/apache-karaf.tar.gz").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/tutorial").toAbsolutePath();
    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final Path CLONE = Path.of("target/tutorial-clone").toAbsolutePath();
    private static final Path REPOSITORY = Path.of("target/tutorial-repository").toAbsolutePath();
    private static final long TIMEOUT = 1200;

    /** Karaf is not fetched again, and Maven is that of the wrapper. */
    private static final String HERE = """
            set -eu
            curl() { cp "$ITEST_KARAF" "${2##*/}"; }
            mvn() { "$slimta/mvnw" "$@"; }
            HOME=$PWD
            export HOME
            trap '{ relay/bin/stop; edge/bin/stop; } > /dev/null 2>&1 || true' EXIT
            """;

    @Test
    public void theCommandsOfTheTutorialDoWhatItSays() throws Exception {
        String page = Files.readString(ROOT.resolve("docs/tutorial.md"));
        String pom = Files.readString(ROOT.resolve("org.slimta.bus.demo/tutorial/pom.xml"));
        assertTrue("the pom.xml is the one of the clone", page.contains("```xml\n" + pom + "```"));
        Matcher commands = COMMANDS.matcher(page);
        StringBuilder script = new StringBuilder(HERE);
        int blocks = 0;
        while (commands.find()) {
            script.append("echo '# block ").append(++blocks).append("'\n").append(commands.group(1));
        }
        assertTrue("it builds the clone", script.indexOf("./mvnw -DskipTests install") > 0);
        cloneSources();
        delete(REPOSITORY.resolve("org/slimta"));
        String printed = run(script.toString().replace("slimta=$HOME/slimta.bus", "slimta='" + CLONE + "'"));
        for (String expected : List.of(
                "0 filters match, but minFilters requires 1",
                "250 Taken, stamped passed",
                "550 Not one of ours",
                "the setting queueSize is lots; it must be a whole number, such as 100."
                        + " The bus relay-in continues with its previous settings")) {
            assertTrue(expected + " is not in\n" + printed, printed.contains(expected));
        }
        assertEquals(printed, 3, printed.split(Pattern.quote("250 Taken"), -1).length - 1);
        assertEquals(
                "every block ran",
                blocks,
                printed.lines().filter(line -> line.startsWith("# block")).count());
    }

    /** As git would: what was built does not come along. */
    private static void cloneSources() throws IOException {
        delete(CLONE);
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                String name = folder.getFileName().toString();
                if (!folder.equals(ROOT) && (name.equals("target") || name.equals(".git"))) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(CLONE.resolve(ROOT.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.getFileName().toString().equals(".git")) {
                    Files.copy(file, CLONE.resolve(ROOT.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static String run(String script) throws Exception {
        delete(FOLDER);
        Files.createDirectories(FOLDER);
        Path file = Files.writeString(FOLDER.resolve("commands.sh"), script);
        Path out = FOLDER.resolve("printed.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", file.toString())
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("ITEST_KARAF", KARAF.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put(
                        "MAVEN_USER_HOME",
                        Path.of(System.getProperty("user.home"), ".m2").toString());
        builder.environment()
                .put(
                        "MAVEN_ARGS",
                        "-B -ntp -q -Dmaven.repo.local=" + REPOSITORY + " -Dmaven.repo.local.tail="
                                + System.getProperty("itest.repository"));
        Process process = builder.start();
        boolean ended = process.waitFor(TIMEOUT, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String printed = readable(out);
        assertTrue("it ends within " + TIMEOUT + " s:\n" + printed, ended);
        assertEquals(printed, 0, process.exitValue());
        return printed;
    }

    /** Without what colours a terminal. */
    private static String readable(Path out) throws IOException {
        return new String(Files.readAllBytes(out), StandardCharsets.UTF_8)
                .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "")
                .lines()
                .collect(Collectors.joining("\n"));
    }
}
