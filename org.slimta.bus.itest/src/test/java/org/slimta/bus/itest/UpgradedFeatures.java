package org.slimta.bus.itest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The features as built, with another version: the bundles are copies whose {@code Bundle-Version} is that one. */
final class UpgradedFeatures {

    private static final Path FOLDER = Path.of("target/karaf/upgraded").toAbsolutePath();
    private static final Path REPOSITORY = Path.of("target/karaf/repository/org/slimta/bus");

    private UpgradedFeatures() {}

    /** Writes the bundles and the features file, and tells where the file is. */
    static Path write(String version) throws IOException {
        Files.createDirectories(FOLDER);
        String built = Products.version();
        String features = Files.readString(built("org.slimta.bus.features", "-features.xml"));
        Matcher bundles = Pattern.compile(
                        "<bundle>mvn:org\\.slimta\\.bus/([a-z.]+)/" + Pattern.quote(built) + "</bundle>")
                .matcher(features);
        String upgraded = bundles.replaceAll(
                        found -> "<bundle>" + copy(found.group(1), version).toUri() + "</bundle>")
                .replace("\"" + built + "\"", "\"" + version + "\"")
                .replace("\"slimta-bus-" + built + "\"", "\"slimta-bus-" + version + "\"");
        return Files.writeString(FOLDER.resolve("features-" + version + ".xml"), upgraded);
    }

    private static Path built(String module, String suffix) {
        String version = Products.version();
        return REPOSITORY.resolve(module).resolve(version).resolve(module + "-" + version + suffix);
    }

    private static Path copy(String bundle, String version) {
        Path copy = FOLDER.resolve(bundle + "-" + version + ".jar");
        try (JarFile jar = new JarFile(built(bundle, ".jar").toFile())) {
            Manifest manifest = jar.getManifest();
            manifest.getMainAttributes().put(new Attributes.Name("Bundle-Version"), version);
            try (OutputStream file = Files.newOutputStream(copy);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                Enumeration<JarEntry> entries = jar.entries();
                while (entries.hasMoreElements()) {
                    JarEntry entry = entries.nextElement();
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        jar.getInputStream(entry).transferTo(out);
                    }
                }
            }
            return copy;
        } catch (IOException e) {
            throw new IllegalStateException("cannot copy " + bundle, e);
        }
    }
}
