package org.slimta.bus.itest;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** What is installed in a Felix for a test. */
final class Installed {

    /** The bundle of buses over NATS. */
    static final Path NATS = Path.of("target/nats/org.slimta.bus.nats.jar");

    private static final Path BUNDLES = Path.of("target/bundles");

    /** The bundles as they were built, after what they need. */
    private static final List<String> PRODUCTS = List.of(
            "org.osgi.util.function",
            "org.osgi.util.promise",
            "org.osgi.service.component",
            "org.apache.felix.scr",
            "org.apache.felix.configadmin",
            "grizzly-framework",
            "stax2-api",
            "woodstox-core",
            "org.slimta.bus.api",
            "org.slimta.bus.impl",
            "org.slimta.bus.mail");

    private Installed() {}

    /** The bundles as they were built, and what they need. */
    static Option slimtaBus() {
        return composite(
                systemProperty("org.ops4j.pax.logging.DefaultServiceLog.level").value("WARN"),
                junitBundles(),
                built(PRODUCTS.toArray(String[]::new)));
    }

    /** The same bundles, as files. */
    static Stream<Path> products() {
        return PRODUCTS.stream().map(Installed::path);
    }

    static Option built(String... names) {
        return composite(Stream.of(names).map(name -> jar(path(name))).toArray(Option[]::new));
    }

    /** Bundles that not everybody needs. */
    static Option more(String... names) {
        return composite(Stream.of(names)
                .map(name -> jar(Path.of("target/more-bundles", name + ".jar")))
                .toArray(Option[]::new));
    }

    static Path path(String name) {
        return BUNDLES.resolve(name + ".jar");
    }

    static Option jar(Path jar) {
        return bundle(jar.toUri().toString());
    }
}
