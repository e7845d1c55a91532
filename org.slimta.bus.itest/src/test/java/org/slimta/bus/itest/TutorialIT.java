package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.Test;

/**
 * Runs the commands of the tutorial, and of the page on NATS, which goes on from it before its clean-up: in two Karafs, with a clean clone.
 * Karaf itself is here already.
 */
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
            trap '{ relay/bin/stop; edge/bin/stop; kill $(cat n?.pid); } > /dev/null 2>&1 || true' EXIT
            """;

    /** The blocks of commands of a page. */
    private static List<String> commands(String page) {
        return COMMANDS.matcher(page).results().map(found -> found.group(1)).toList();
    }

    private static String page(String name) throws Exception {
        return Files.readString(ROOT.resolve("docs").resolve(name));
    }

    @Test
    public void theCommandsOfTheTutorialDoWhatItSays() throws Exception {
        String tutorial = page("tutorial.md");
        String pom = Files.readString(ROOT.resolve("org.slimta.bus.demo/tutorial/pom.xml"));
        assertTrue("the pom.xml is the one of the clone", tutorial.contains("```xml\n" + pom + "```"));
        List<String> blocks = new ArrayList<>(commands(tutorial));
        List<String> expected = new ArrayList<>(List.of(
                "0 filters match, but minFilters requires 1",
                "250 Taken, stamped passed",
                "550 Not one of ours",
                "status 1",
                "the setting queueSize is lots; it must be a whole number, such as 100",
                "relay-in continues with its previous settings"));
        int taken = 3;
        if (!NatsNodes.areSkipped()) {
            NatsNodes.require();
            blocks.addAll(blocks.size() - 1, commands(page("nats.md"))); // Before the clean-up.
            expected.addAll(List.of("nats://127.0.0.1:4223", "no node can be reached"));
            taken += 3;
        }
        StringBuilder script = new StringBuilder(HERE);
        for (int i = 0; i < blocks.size(); i++) {
            script.append("echo '# block ").append(i).append("'\n").append(blocks.get(i));
        }
        assertTrue("it builds the clone", script.indexOf(CleanClone.INSTALL) > 0);
        CleanClone.install();
        String printed = run(script.toString()
                .replace(CleanClone.INSTALL, "true")
                .replace("slimta=$HOME/slimta.bus", "slimta='" + CleanClone.FOLDER + "'"));
        for (String each : expected) {
            assertTrue(each + " is not in\n" + printed, printed.contains(each));
        }
        assertEquals(printed, taken, printed.split(Pattern.quote("250 Taken"), -1).length - 1);
        assertEquals(
                "every block ran",
                blocks.size(),
                printed.lines().filter(line -> line.startsWith("# block")).count());
    }

    private static String run(String script) throws Exception {
        CleanClone.delete(FOLDER);
        Files.createDirectories(FOLDER);
        Path file = Files.writeString(FOLDER.resolve("commands.sh"), script);
        return CleanClone.run(FOLDER, Map.of("ITEST_KARAF", KARAF.toString()), List.of("bash", file.toString()));
    }
}
