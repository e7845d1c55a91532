package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
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

/** The code samples, tables and links of the README and of the pages under docs agree with the code. */
public class DocumentationTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern XML = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IMPORTS = Pattern.compile("^import (?!static)[^;]*;", Pattern.MULTILINE);
    private static final List<String> EXAMPLES = List.of("plain", "bundle", "feature");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)\\s]+)\\)");
    private static final Pattern KEY_FILE = Pattern.compile(
            "tls(?:Certificate|PrivateKey|KeyStore|Trust|PasswordFile) *[=:] *[^\\s#]+|[^\\s\"'`(]+\\.(?:pem|key|p12|jks)\\b");
    private static final Pattern SAMPLE = Pattern.compile("((?:# .*\n)+)(#?)([A-Za-z.]+) =(.*)");

    private static String page(String name) throws IOException {
        return Files.readString(ROOT.resolve("docs").resolve(name));
    }

    /** The README, the pages under docs and examples, and the other pages at the top. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        List<Path> folders = new ArrayList<>(List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("examples")));
        EXAMPLES.forEach(example -> folders.add(ROOT.resolve("examples").resolve(example)));
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(path -> path.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    /** What stands between this heading and the next one of its level. */
    private static String section(String page, String heading) {
        assertTrue(heading, ("\n" + page).contains("\n" + heading + "\n"));
        String level = heading.substring(0, heading.indexOf(' ') + 1);
        return ("\n" + page).split(Pattern.quote("\n" + heading + "\n"), 2)[1].split("\n" + level, 2)[0];
    }

    /** The rows of the tables in a section, without the heads. */
    private static List<String> rows(String section) {
        return section.lines().filter(line -> line.startsWith("| `")).toList();
    }

    /** The name at the beginning of each row, in order. */
    private static List<String> names(List<String> rows) {
        return rows.stream().map(row -> row.substring(3, row.indexOf('`', 3))).toList();
    }

    /** The names of the options that a class has. */
    private static Set<String> options(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name ->
                        !Set.of("equals", "hashCode", "toString", "toBuilder").contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The formatter breaks the lines of a source file otherwise than a page, which is narrower. */
    private static String withoutWhitespace(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    public void everyCodeSampleStandsInACompiledFile() throws IOException {
        List<String> sources = files(".java");
        int count = 0;
        for (Path page : pages()) {
            Matcher samples = JAVA.matcher(Files.readString(page));
            while (samples.find()) {
                count++;
                String sample =
                        withoutWhitespace(IMPORTS.matcher(samples.group(1)).replaceAll(""));
                List<String> found = sources.stream()
                        .filter(source -> withoutWhitespace(source).contains(sample))
                        .toList();
                assertFalse("no source file has the sample of " + page + ":\n" + samples.group(1), found.isEmpty());
                if (!samples.group(1).startsWith(" ")) {
                    List<String> imports = imports(samples.group(1));
                    assertTrue(
                            "the imports of the sample of " + page + " are those of its file:\n" + samples.group(1),
                            found.stream().anyMatch(source -> imports.equals(needed(source, samples.group(1)))));
                }
            }
        }
        assertTrue("there are samples", count >= 10);
    }

    /** The lines with imports, without static ones. */
    private static List<String> imports(String code) {
        return IMPORTS.matcher(code).results().map(MatchResult::group).toList();
    }

    /** The imports of a source file that a part of it needs. */
    private static List<String> needed(String source, String part) {
        String code = IMPORTS.matcher(part).replaceAll("");
        return imports(source).stream()
                .filter(line -> Pattern.compile(
                                "\\b" + line.substring(line.lastIndexOf('.') + 1, line.indexOf(';')) + "\\b")
                        .matcher(code)
                        .find())
                .toList();
    }

    /** The contents of all files of the sources whose names end like this. */
    private static List<String> files(String suffix) throws IOException {
        List<String> contents = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.endsWith("target") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().endsWith(suffix)) {
                    contents.add(Files.readString(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return contents;
    }

    @Test
    public void everyXmlSampleOfTheReadmeStandsInThePomOfAnExample() throws IOException {
        List<String> poms = new ArrayList<>();
        for (String example : EXAMPLES) {
            poms.add(withoutWhitespace(
                    Files.readString(ROOT.resolve("examples").resolve(example).resolve("pom.xml"))));
        }
        Matcher samples = XML.matcher(Files.readString(ROOT.resolve("README.md")));
        int count = 0;
        while (samples.find()) {
            count++;
            String sample = withoutWhitespace(samples.group(1));
            assertTrue(
                    "no example has this sample:\n" + samples.group(1),
                    poms.stream().anyMatch(pom -> pom.contains(sample)));
        }
        assertTrue("there are samples", count >= 3);
    }

    @Test
    public void theBomHasEveryProduct() {
        Element bom = Products.pom(ROOT.resolve("org.slimta.bus.bom"));
        Set<String> managed = new TreeSet<>();
        NodeList dependencies = bom.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            assertEquals("${project.version}", Products.text(dependency, "version"));
            managed.add(Products.text(dependency, "artifactId"));
        }
        managed.add("org.slimta.bus.bom");
        assertEquals(new TreeSet<>(Products.modules()), managed);
        assertEquals(Products.version(), Products.text(bom, "version"));
    }

    @Test
    public void examplesUseThisVersion() {
        for (String example : EXAMPLES) {
            Element properties =
                    Products.child(Products.pom(ROOT.resolve("examples").resolve(example)), "properties");
            assertEquals(example, Products.version(), Products.text(properties, "slimta.bus.version"));
        }
    }

    @Test
    public void theTablesOfOptionsAreThoseOfTheCode() throws IOException {
        String page = page("options.md");
        String buses = section(page, "## Servers, clients and local buses");
        List<Class<?>> columns = List.of(LocalOptions.class, ServerOptions.class, ClientOptions.class);
        for (Class<?> column : columns) {
            int cell = columns.indexOf(column) + 2;
            List<String> marked = rows(buses).stream()
                    .filter(row -> row.split("\\|")[cell].strip().equals("x"))
                    .toList();
            assertEquals(column.getSimpleName(), options(column), new TreeSet<>(names(marked)));
        }
        assertEquals(options(FrameLimits.class), new TreeSet<>(names(rows(section(page, "## Frame limits")))));
        assertEquals(options(TlsOptions.class), new TreeSet<>(names(rows(section(page, "## TLS")))));
    }

    @Test
    public void everyReasonIsInBothTables() throws IOException {
        List<String> reasons =
                Stream.of(BusException.Reason.values()).map(Enum::name).toList();
        String page = page("failures.md");
        for (String heading : List.of("# Failures", "## What to do")) {
            String section = section(page, heading).split("\n## ", 2)[0];
            assertEquals(heading, reasons, names(rows(section)));
        }
    }

    /** Karaf's File Install makes a jar of a folder below etc, which every user of the machine can read. */
    @Test
    public void noExampleHasAKeyBelowTheEtcFolderOfKaraf() throws IOException {
        for (String bad : List.of(
                "etc/tls/relay.key",
                "tlsKeyStore = etc/relay.p12",
                "${karaf.etc}/relay.pem",
                "${karaf.base}/etc/keys/a.key",
                "/opt/karaf/etc/tls/ca.pem",
                "tlsPasswordFile = etc/password")) {
            assertEquals(bad, 1, keysBelowEtcOfKaraf(bad).size());
        }
        List<Path> examples = new ArrayList<>(pages());
        for (String folder : List.of("org.slimta.bus.features/src", "docs/examples", "demo", "examples")) {
            if (Files.exists(ROOT.resolve(folder))) {
                try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                    files.filter(path -> path.toString().matches(".*\\.(cfg|json|xml|md|py|java|properties|sh)"))
                            .forEach(examples::add);
                }
            }
        }
        int keys = 0;
        for (Path example : examples) {
            String text = Files.readString(example);
            assertEquals(example.toString(), List.of(), keysBelowEtcOfKaraf(text));
            keys += KEY_FILE.matcher(text).results().count();
        }
        assertTrue("there are examples with keys", keys >= 5);
    }

    private static List<String> keysBelowEtcOfKaraf(String text) {
        return KEY_FILE.matcher(text)
                .results()
                .map(found -> found.group().replaceFirst("^tls\\w+ *[=:] *", ""))
                .filter(path -> path.matches("etc/.*|\\$\\{karaf\\.etc\\}.*|.*[^/].*/etc/.*"))
                .toList();
    }

    @Test
    public void everyLinkLeadsToAFileAndAHeading() throws IOException {
        int count = 0;
        for (Path page : pages()) {
            Matcher links = LINK.matcher(Files.readString(page));
            while (links.find()) {
                count++;
                String link = links.group(1);
                Path target = link.startsWith("#") ? page : page.resolveSibling(link.split("#", 2)[0]);
                assertTrue(page + " has the link " + link, Files.exists(target));
                if (link.contains("#")) {
                    String heading = link.split("#", 2)[1];
                    assertTrue(page + " has the link " + link, anchors(target).contains(heading));
                }
            }
        }
        assertTrue("there are links", count >= 50);
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return Files.readString(page)
                .lines()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    public void theTablesOfSettingsAreThoseOfTheProvider() throws Exception {
        String page = page("configuration.md");
        for (String kind : List.of("Server", "Client", "Local", "Proxy", "Chain")) {
            checkSettings(page, kind.toLowerCase(Locale.ROOT), "org.slimta.bus.impl", kind);
        }
    }

    @Test
    public void theTablesOfSettingsOfNatsAreThoseOfTheBundle() throws Exception {
        String page = page("nats.md");
        checkSettings(page, "nats", "org.slimta.bus.nats", "Connection");
        checkSettings(page, "nats.server", "org.slimta.bus.nats", "Server");
        checkSettings(page, "nats.client", "org.slimta.bus.nats", "Client");
    }

    private static void checkSettings(String page, String kind, String module, String type) throws Exception {
        String title = "## `org.slimta.bus." + kind + "`";
        String impl = module.endsWith(".impl") ? module : module + ".impl";
        Path metatype = ROOT.resolve(
                module + "/target/classes/OSGI-INF/metatype/" + impl + ".config." + type + "Configuration.xml");
        List<String> documented = rows(section(page, title));
        assertEquals(title, settings(metatype), documented);
        assertEquals(title, documented, samples(kind, documented));
    }

    /** The settings in the file that Karaf's users copy, as rows of the table; what it sets is not the default. */
    private static List<String> samples(String kind, List<String> documented) throws IOException {
        Path file = ROOT.resolve("org.slimta.bus.features/src/main/cfg/" + kind + ".cfg");
        List<String> rows = new ArrayList<>();
        Matcher samples = SAMPLE.matcher(Files.readString(file));
        while (samples.find()) {
            String means = samples.group(1).replaceAll("\n?# ", " ").strip();
            String name = samples.group(3);
            String value = samples.group(4).strip();
            String shown = !samples.group(2).isEmpty()
                    ? value.isEmpty() ? "" : "`" + value + "`"
                    : documented.stream()
                            .filter(row -> row.startsWith("| `" + name + "` |"))
                            .map(row -> row.split(" \\| ", -1)[1])
                            .findFirst()
                            .orElse("not documented");
            rows.add("| `" + name + "` | " + shown + " | " + means + " |");
        }
        return rows;
    }

    private static List<String> settings(Path metatype) throws Exception {
        NodeList settings = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(metatype.toFile())
                .getElementsByTagName("AD");
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < settings.getLength(); i++) {
            Element setting = (Element) settings.item(i);
            if (setting.getAttribute("id").startsWith("webconsole.")) {
                continue; // It is not a setting of the bus.
            }
            String value = setting.getAttribute("default");
            String shown = !setting.getAttribute("required").equals("false")
                    ? "required"
                    : value.isEmpty() ? "" : "`" + value + "`";
            rows.add("| `" + setting.getAttribute("id") + "` | " + shown + " | " + setting.getAttribute("description")
                    + " |");
        }
        return rows;
    }
}
