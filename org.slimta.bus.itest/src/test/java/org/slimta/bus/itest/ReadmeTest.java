package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.Test;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.FrameLimits;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.TlsOptions;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What the README and the pages under docs say is so. */
public class ReadmeTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final Pattern SAMPLE = Pattern.compile("((?:# .*\n)+)(#?)([A-Za-z.]+) =(.*)");

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private static String docs() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".md")).sorted().toList()) {
                all.append(Files.readString(page));
            }
        }
        return all.toString();
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    public void everyCodeSampleStandsInACompiledFile() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.add(withoutIndentation(Files.readString(file)));
            }
        }
        Matcher samples = JAVA.matcher(readme() + docs());
        int count = 0;
        while (samples.find()) {
            count++;
            String sample = withoutIndentation(samples.group(1));
            assertTrue(
                    "no source file has this sample:\n" + samples.group(1),
                    sources.stream().anyMatch(source -> source.contains(sample)));
        }
        assertTrue("there are samples", count >= 10);
    }

    @Test
    public void everyOptionIsInTheTable() throws IOException {
        String readme = readme();
        for (Class<?> options :
                List.of(LocalOptions.class, ServerOptions.class, ClientOptions.class, FrameLimits.class, TlsOptions.class)) {
            for (Method method : options.getDeclaredMethods()) {
                if (!Modifier.isStatic(method.getModifiers())
                        && Modifier.isPublic(method.getModifiers())
                        && !Set.of("equals", "hashCode", "toString", "toBuilder").contains(method.getName())) {
                    assertTrue(
                            options.getSimpleName() + "." + method.getName(),
                            readme.contains("| `" + method.getName() + "` |"));
                }
            }
        }
    }

    @Test
    public void everyReasonIsInTheTables() throws IOException {
        String failures = Files.readString(ROOT.resolve("docs/failures.md"));
        for (BusException.Reason reason : BusException.Reason.values()) {
            assertTrue(reason.name(), readme().contains("| `" + reason + "` |"));
            assertTrue(reason.name(), failures.contains("| `" + reason + "` |"));
        }
    }

    @Test
    public void theTablesOfSettingsAreThoseOfTheProvider() throws Exception {
        String page = Files.readString(ROOT.resolve("docs/configuration.md"));
        Path metatype = ROOT.resolve("org.slimta.bus.impl/target/classes/OSGI-INF/metatype");
        for (String kind : List.of("Server", "Client", "Local", "Proxy", "Chain")) {
            String title = "## `org.slimta.bus." + kind.toLowerCase(Locale.ROOT) + "`";
            assertTrue(title, page.contains(title));
            String section = page.substring(page.indexOf(title) + title.length()).split("\n## ", 2)[0];
            List<String> told = section.lines().filter(line -> line.startsWith("| `")).toList();
            assertEquals(title, settings(metatype, kind), told);
            assertEquals(title, told, samples(kind, told));
        }
    }

    /** The settings in the file that Karaf's users copy, as rows of the table; what it sets is not the default. */
    private static List<String> samples(String kind, List<String> told) throws IOException {
        Path file = ROOT.resolve("org.slimta.bus.features/src/main/cfg/" + kind.toLowerCase(Locale.ROOT) + ".cfg");
        List<String> rows = new ArrayList<>();
        Matcher samples = SAMPLE.matcher(Files.readString(file));
        while (samples.find()) {
            String means = samples.group(1).replaceAll("\n?# ", " ").strip();
            String name = samples.group(3);
            String value = samples.group(4).strip();
            String shown = !samples.group(2).isEmpty()
                    ? value.isEmpty() ? "" : "`" + value + "`"
                    : told.stream()
                            .filter(row -> row.startsWith("| `" + name + "` |"))
                            .map(row -> row.split(" \\| ", -1)[1])
                            .findFirst()
                            .orElse("not told");
            rows.add("| `" + name + "` | " + shown + " | " + means + " |");
        }
        return rows;
    }

    private static List<String> settings(Path metatype, String kind) throws Exception {
        Path file = metatype.resolve("org.slimta.bus.impl.config." + kind + "Configuration.xml");
        NodeList settings = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getElementsByTagName("AD");
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < settings.getLength(); i++) {
            Element setting = (Element) settings.item(i);
            String value = setting.getAttribute("default");
            String shown = !setting.getAttribute("required").equals("false")
                    ? "required"
                    : value.isEmpty() ? "" : "`" + value + "`";
            rows.add("| `" + setting.getAttribute("id") + "` | " + shown + " | " + setting.getAttribute("description") + " |");
        }
        return rows;
    }
}
