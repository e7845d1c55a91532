package org.slimta.bus.itest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.framework.Felix;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** Felix in a JVM of its own, as {@link ContainerProcess} has it. Its arguments are the files of bundles. */
final class FelixMain {

    private FelixMain() {}

    public static void main(String[] jars) throws Exception {
        Path storage = Files.createTempDirectory("felix");
        String port = System.getProperty(Remote.PORT);
        Felix felix = new Felix(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString(), Remote.PORT, port));
        felix.start();
        List<Bundle> bundles = new ArrayList<>();
        for (String jar : jars) {
            bundles.add(
                    felix.getBundleContext().installBundle(Path.of(jar).toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        felix.waitForStop(0);
    }

    /** Starts one with some bundles. */
    static ContainerProcess start(String name, Stream<Path> bundles) throws Exception {
        int port = ConfiguredBuses.freePort();
        Path framework = Path.of(
                Felix.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-D" + Remote.PORT + "=" + port,
                "-cp",
                framework + ":" + Path.of("target/test-classes"),
                FelixMain.class.getName()));
        Stream.concat(bundles, Stream.of(SampleBundles.remote()))
                .map(Path::toString)
                .forEach(command::add);
        return new ContainerProcess(new ProcessBuilder(command), Path.of("target", name + ".log"), port);
    }
}
