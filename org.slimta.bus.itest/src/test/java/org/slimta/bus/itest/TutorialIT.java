package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/** Runs the commands of the tutorial, in two Karafs, with a clean clone. Karaf itself is here already. */
public class TutorialIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path KARAF =
            Path.of("target/karaf/apache-karaf.tar.gz").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/tutorial").toAbsolutePath();
    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

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
        assertTrue("it builds the clone", script.indexOf(CleanClone.INSTALL) > 0);
        CleanClone.install();
        String printed = run(script.toString()
                .replace(CleanClone.INSTALL, "true")
                .replace("slimta=$HOME/slimta.bus", "slimta='" + CleanClone.FOLDER + "'"));
        for (String expected : List.of(
                "0 filters match, but minFilters requires 1",
                "250 Taken, stamped passed",
                "550 Not one of ours",
                "status 1",
                "the setting queueSize is lots; it must be a whole number, such as 100",
                "relay-in continues with its previous settings")) {
            assertTrue(expected + " is not in\n" + printed, printed.contains(expected));
        }
        assertEquals(printed, 3, printed.split(Pattern.quote("250 Taken"), -1).length - 1);
        assertEquals(
                "every block ran",
                blocks,
                printed.lines().filter(line -> line.startsWith("# block")).count());
    }

    private static String run(String script) throws Exception {
        CleanClone.delete(FOLDER);
        Files.createDirectories(FOLDER);
        Path file = Files.writeString(FOLDER.resolve("commands.sh"), script);
        return CleanClone.run(FOLDER, Map.of("ITEST_KARAF", KARAF.toString()), List.of("bash", file.toString()));
    }
}
