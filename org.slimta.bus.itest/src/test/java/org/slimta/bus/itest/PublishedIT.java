package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.BeforeClass;
import org.junit.Test;

/** What a release has, as {@code install} puts it into a repository. */
public class PublishedIT {

    private static final String VERSION = Products.version();
    private static final String STANDALONE = "org.slimta.bus.standalone";
    private static final Path CONSUMERS = Path.of("target/consumers").toAbsolutePath();

    @BeforeClass
    public static void install() throws Exception {
        CleanClone.install();
    }

    @Test
    public void nothingButTheProductsIsInstalled() throws Exception {
        List<String> expected = new ArrayList<>(Products.modules());
        expected.add("org.slimta.bus");
        try (Stream<Path> folders = Files.list(CleanClone.installed(""))) {
            assertEquals(
                    new TreeSet<>(expected),
                    folders.map(folder -> folder.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        assertFalse(Files.exists(CleanClone.installed("../../../com/example/com.example.relay")));
    }

    @Test
    public void eachProductHasSourcesJavadocAnSbomAndTheLicense() throws Exception {
        for (String module : Products.jars()) {
            for (String suffix : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
                Path jar = file(module, suffix);
                try (JarFile content = new JarFile(jar.toFile())) {
                    assertNotNull(jar + " has the license", content.getEntry("META-INF/LICENSE"));
                }
            }
            assertTrue(module, Files.readString(file(module, "-cyclonedx.json")).contains("CycloneDX"));
        }
        String features = Files.readString(file("org.slimta.bus.features", "-cyclonedx.json"));
        assertTrue("the SBOM of the KAR has what is in it", features.contains("pkg:maven/org.glassfish.grizzly/"));
    }

    @Test
    public void eachBundleSaysItsLicense() throws Exception {
        for (String module : Products.jars()) {
            try (JarFile jar = new JarFile(file(module, ".jar").toFile())) {
                if (jar.getManifest().getMainAttributes().getValue("Bundle-SymbolicName") != null) {
                    String license = jar.getManifest().getMainAttributes().getValue("Bundle-License");
                    assertEquals(module, "MIT;link=\"https://opensource.org/license/mit\"", license);
                }
            }
        }
    }

    /** With nothing but what the POM of a jar brings, the compiler finds nothing to warn about. */
    @Test
    public void aUserOfEachJarCompilesWithoutWarnings() throws Exception {
        CleanClone.delete(CONSUMERS);
        List<String> used = new ArrayList<>();
        for (String module : Products.jars()) {
            List<String> types = publicTypes(module);
            if (!types.isEmpty()) {
                used.add(module);
                Path folder = CONSUMERS.resolve(module);
                Files.createDirectories(folder.resolve("src/main/java/consumer"));
                Files.writeString(
                        folder.resolve("src/main/java/consumer/Consumer.java"),
                        types.stream()
                                .map(type -> type + ".class")
                                .collect(Collectors.joining(
                                        ",\n",
                                        "package consumer;\n\nfinal class Consumer {\nstatic final Class<?>[] TYPES = {\n",
                                        "};\n}\n")));
                Files.writeString(folder.resolve("pom.xml"), """
                        <project>
                          <modelVersion>4.0.0</modelVersion>
                          <parent><groupId>consumer</groupId><artifactId>consumer</artifactId><version>1</version></parent>
                          <artifactId>consumer-of-%s</artifactId>
                          <dependencies>
                            <dependency><groupId>org.slimta.bus</groupId><artifactId>%s</artifactId></dependency>
                          </dependencies>
                        </project>
                        """.formatted(module, module));
            }
        }
        assertEquals(
                List.of(
                        "org.slimta.bus.addresses",
                        "org.slimta.bus.api",
                        "org.slimta.bus.impl",
                        "org.slimta.bus.mail",
                        "org.slimta.bus.nats",
                        "org.slimta.bus.telemetry"),
                used);
        Files.writeString(CONSUMERS.resolve("pom.xml"), """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>consumer</groupId><artifactId>consumer</artifactId><version>1</version><packaging>pom</packaging>
                  <modules>%s</modules>
                  <dependencyManagement><dependencies><dependency>
                    <groupId>org.slimta.bus</groupId><artifactId>org.slimta.bus.bom</artifactId><version>%s</version>
                    <type>pom</type><scope>import</scope>
                  </dependency></dependencies></dependencyManagement>
                  <build><plugins><plugin>
                    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId>
                    <version>3.14.0</version>
                    <configuration>
                      <showWarnings>true</showWarnings><release>17</release><encoding>UTF-8</encoding>
                      <compilerArgs><arg>-Xlint:all</arg><arg>-Werror</arg></compilerArgs>
                    </configuration>
                  </plugin></plugins></build>
                </project>
                """.formatted(
                used.stream().map(module -> "<module>" + module + "</module>").collect(Collectors.joining()), VERSION));
        CleanClone.maven(CONSUMERS, "compile");
    }

    /** What users may name: the public types of the exported packages, of the factory without OSGi, and of jars that are no bundles. */
    private static List<String> publicTypes(String module) throws IOException {
        Path path = file(module, ".jar");
        try (JarFile jar = new JarFile(path.toFile());
                URLClassLoader loader =
                        new URLClassLoader(new URL[] {path.toUri().toURL()})) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            String exported = manifest.getValue("Export-Package") + ";" + STANDALONE + ";";
            boolean bundle = manifest.getValue("Bundle-SymbolicName") != null;
            return jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.contains("-info"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> !bundle || exported.matches("(.*[,;])?" + packageOf(name) + ";.*"))
                    .filter(name -> isPublic(loader, name))
                    .map(name -> name.replace('$', '.'))
                    .sorted()
                    .toList();
        }
    }

    private static String packageOf(String type) {
        return type.substring(0, type.lastIndexOf('.'));
    }

    private static boolean isPublic(ClassLoader loader, String name) {
        try {
            Class<?> type = Class.forName(name, false, loader);
            while (type != null && Modifier.isPublic(type.getModifiers()) && !type.isAnonymousClass()) {
                type = type.getEnclosingClass();
            }
            return type == null;
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }

    private static Path file(String module, String suffix) {
        return CleanClone.installed(module).resolve(VERSION).resolve(module + "-" + VERSION + suffix);
    }
}
