package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

/**
 * Runs the commands of the tutorial, in two Karafs. The clone is this build; what the tutorial fetches or builds with Maven is
 * here already.
 */
public class TutorialIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path KARAF = Path.of("target/karaf/apache-karaf.tar.gz").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/tutorial").toAbsolutePath();
    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final long TIMEOUT = 300;

    /** In place of what would take the network. */
    private static final String HERE = """
            set -eu
            curl() { cp "$ITEST_KARAF" "${2##*/}"; }
            mvn() { cp -r "$slimta/org.slimta.bus.demo/tutorial/target" com.example.relay/; }
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
        String printed = run(script.toString().replace("slimta=$HOME/slimta.bus", "slimta='" + ROOT + "'"));
        for (String expected : List.of(
                "there are 0 filters, and must be 1 (minimumFilters)",
                "250 Taken, stamped passed",
                "550 Not one of ours",
                "the setting queueSize is lots; it must be a whole number, as 100. The bus relay-in goes on as it was")) {
            assertTrue(expected + " is not in\n" + printed, printed.contains(expected));
        }
        assertEquals(printed, 3, printed.split(Pattern.quote("250 Taken"), -1).length - 1);
        assertEquals("every block ran", blocks, printed.lines().filter(line -> line.startsWith("# block")).count());
    }

    private static String run(String script) throws Exception {
        if (Files.exists(FOLDER)) {
            try (Stream<Path> all = Files.walk(FOLDER)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(FOLDER);
        Path file = Files.writeString(FOLDER.resolve("commands.sh"), script);
        Path out = FOLDER.resolve("printed.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", file.toString())
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("ITEST_KARAF", KARAF.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
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
