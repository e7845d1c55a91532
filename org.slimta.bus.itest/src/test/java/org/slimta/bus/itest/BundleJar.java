package org.slimta.bus.itest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Makes a small bundle of packages of this module, with the component descriptions that bnd made for them. */
final class BundleJar {

    private static final Path CLASSES = Path.of("target/classes");
    private static final Path TEST_CLASSES = Path.of("target/test-classes");
    private static final Path JARS = Path.of("target/test-bundles");

    private final String symbolicName;
    private final Manifest manifest = new Manifest();
    private final List<Path> files = new ArrayList<>();
    private final List<Path> testFiles = new ArrayList<>();
    private UnaryOperator<String> descriptions = UnaryOperator.identity();

    BundleJar(String symbolicName, String version) {
        this.symbolicName = symbolicName;
        header("Manifest-Version", "1.0");
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", symbolicName);
        header("Bundle-Version", version);
    }

    BundleJar header(String name, String value) {
        manifest.getMainAttributes().put(new Attributes.Name(name), value);
        return this;
    }

    BundleJar packages(String... names) throws IOException {
        for (String name : names) {
            try (var found = Files.list(CLASSES.resolve(name.replace('.', '/')))) {
                found.forEach(files::add);
            }
        }
        return this;
    }

    /** Adds test classes, with their nested classes. */
    BundleJar testClasses(Class<?>... classes) throws IOException {
        for (Class<?> each : classes) {
            Path folder = TEST_CLASSES.resolve(each.getPackageName().replace('.', '/'));
            try (var found = Files.newDirectoryStream(folder, each.getSimpleName() + "{$*,}.class")) {
                found.forEach(testFiles::add);
            }
        }
        return this;
    }

    BundleJar component(String className) {
        Path description = Path.of("OSGI-INF", className + ".xml");
        files.add(CLASSES.resolve(description));
        return header("Service-Component", description.toString())
                .header(
                        "Require-Capability",
                        "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.4.0)(!(version>=2.0.0)))\"");
    }

    BundleJar configurations(String name) {
        files.add(CLASSES.resolve(Path.of("OSGI-INF", "configurator", name)));
        return header(
                "Require-Capability",
                "osgi.extender;filter:=\"(&(osgi.extender=osgi.configurator)(version>=1.0.0)(!(version>=2.0.0)))\"");
    }

    BundleJar changeDescription(UnaryOperator<String> change) {
        descriptions = change;
        return this;
    }

    /** Writes the jar and tells where it is. */
    Path write() throws IOException {
        Files.createDirectories(JARS);
        Path jar =
                JARS.resolve(symbolicName + "-" + manifest.getMainAttributes().getValue("Bundle-Version") + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (Path source : testFiles) {
                out.putNextEntry(new ZipEntry(TEST_CLASSES.relativize(source).toString()));
                Files.copy(source, out);
                out.closeEntry();
            }
            for (Path source : files) {
                out.putNextEntry(new ZipEntry(CLASSES.relativize(source).toString()));
                byte[] bytes = Files.readAllBytes(source);
                if (source.toString().endsWith(".xml")) {
                    bytes = descriptions
                            .apply(new String(bytes, StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8);
                }
                out.write(bytes);
                out.closeEntry();
            }
        }
        return jar;
    }
}
