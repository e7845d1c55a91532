package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.BeforeClass;
import org.junit.Test;

/** The examples are built outside the build of the project, from a repository that its {@code install} has filled. */
public class ExamplesIT {

    private static final Pattern IMPORT = Pattern.compile("(org\\.slimta\\.bus\\.[a-z.]+);version=\"([^\"]+)\"");

    @BeforeClass
    public static void install() throws Exception {
        CleanClone.install();
    }

    @Test
    public void thePlainProgramPrintsWhatItsReadmeSays() throws Exception {
        Path project = CleanClone.example("plain");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String printed = CleanClone.run(project, Map.of(), List.of(java, "-jar", "target/plain.jar"));
        assertEquals("bob@example.net: 250 Accepted\ncarol@example.org: 550 Not one of ours", printed);
        String page = Files.readString(project.resolve("README.md"));
        for (String line : printed.split("\n")) {
            assertTrue(line, page.contains("    " + line + "\n"));
        }
    }

    /** Before 1.0 a minor version may break its users. */
    @Test
    public void bundlesImportNothingButThisMinorVersion() throws Exception {
        assertEquals(
                Map.of("org.slimta.bus.api", "[0.1,0.2)", "org.slimta.bus.api.xml", "[0.1,0.2)"),
                imports(CleanClone.example("bundle").resolve("target/com.example.orders-1.0.0.jar")));
        assertEquals(
                Map.of("org.slimta.bus.api", "[0.1,0.2)", "org.slimta.bus.mail", "[0.1,0.2)"),
                imports(CleanClone.example("feature").resolve("target/com.example.mailbox-1.0.0.jar")));
    }

    @Test
    public void bundlesRequireAProviderOfThisMinorVersion() throws Exception {
        String required = header(
                CleanClone.example("bundle").resolve("target/com.example.orders-1.0.0.jar"), "Require-Capability");
        assertTrue(
                required,
                required.contains("(&(&(version>=0.1.0)(!(version>=0.2.0)))(osgi.implementation=slimta.bus))"));
    }

    private static String header(Path bundle, String name) throws Exception {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(name);
        }
    }

    private static Map<String, String> imports(Path bundle) throws Exception {
        Map<String, String> imports = new TreeMap<>();
        Matcher matcher = IMPORT.matcher(header(bundle, "Import-Package"));
        while (matcher.find()) {
            imports.put(matcher.group(1), matcher.group(2));
        }
        return imports;
    }

    /** The example of the tutorial is no module of the build either. */
    @Test
    public void theProjectOfTheTutorialIsBuilt() throws Exception {
        Path project = CleanClone.FOLDER.resolve("org.slimta.bus.demo/tutorial");
        CleanClone.maven(project, "package");
        assertEquals(
                new TreeSet<>(List.of("org.slimta.bus.api", "org.slimta.bus.mail")),
                new TreeSet<>(imports(project.resolve("target/com.example.relay-1.0.0.jar"))
                        .keySet()));
    }
}
