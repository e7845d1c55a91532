package org.slimta.bus.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** Karaf as it is distributed, in a folder of its own, with the features that are named. */
final class KarafProcess {

    private static final Path ARCHIVE =
            Path.of("target/karaf/apache-karaf.tar.gz").toAbsolutePath();

    private KarafProcess() {}

    /** Starts one. It finds all features in the folder that the build has filled. */
    static ContainerProcess start(String name, String... features) throws Exception {
        Path folder = Path.of("target/karaf", name).toAbsolutePath();
        CleanClone.delete(folder);
        Files.createDirectories(folder);
        CleanClone.run(folder, Map.of(), List.of("tar", "xzf", ARCHIVE.toString(), "--strip-components=1"));
        int port = ConfiguredBuses.freePort();
        append(folder, "etc/system.properties", Remote.PORT + " = " + port);
        append(
                folder,
                "etc/org.ops4j.pax.url.mvn.cfg",
                "org.ops4j.pax.url.mvn.repositories =",
                "org.ops4j.pax.url.mvn.localRepository = " + folder.resolve("local"),
                "org.ops4j.pax.url.mvn.defaultRepositories = " + KarafIT.defaultRepositories());
        replace(
                folder,
                "etc/org.apache.karaf.features.cfg",
                "featuresRepositories = ",
                "$0" + System.getProperty("itest.features") + ", ");
        replace(
                folder,
                "etc/org.apache.karaf.features.cfg",
                "featuresBoot = ",
                "$0" + String.join(", ", features) + ", ");
        replace(folder, "etc/org.apache.karaf.shell.cfg", "sshPort = \\d+", "sshPort = " + ConfiguredBuses.freePort());
        replace(
                folder,
                "etc/org.apache.karaf.management.cfg",
                "rmiRegistryPort = \\d+",
                "rmiRegistryPort = " + ConfiguredBuses.freePort());
        replace(
                folder,
                "etc/org.apache.karaf.management.cfg",
                "rmiServerPort = \\d+",
                "rmiServerPort = " + ConfiguredBuses.freePort());
        Files.copy(SampleBundles.remote(), folder.resolve("deploy/itest.remote.jar"));
        ProcessBuilder builder = new ProcessBuilder(folder.resolve("bin/karaf").toString(), "server");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new ContainerProcess(builder, folder.resolve("out.log"), port);
    }

    private static void append(Path folder, String file, String... lines) throws IOException {
        Files.writeString(folder.resolve(file), "\n" + String.join("\n", lines) + "\n", StandardOpenOption.APPEND);
    }

    private static void replace(Path folder, String file, String pattern, String by) throws IOException {
        String text = Files.readString(folder.resolve(file));
        String replaced = text.replaceFirst(pattern, by);
        if (replaced.equals(text)) {
            throw new AssertionError(file + " has no " + pattern);
        }
        Files.writeString(folder.resolve(file), replaced);
    }
}
