package org.slimta.bus.itest;

import java.io.IOException;
import java.nio.file.Path;

/** The bundles of this module that several tests install. Those with a revision can be replaced by the next. */
final class SampleBundles {

    private SampleBundles() {}

    /** Accepts mail. */
    static Path handler(int revision) throws IOException {
        return component("itest.handler", "Acceptor", "org.slimta.bus.api,org.slimta.bus.mail", revision);
    }

    /** Passes mail on. */
    static Path filter(int revision) throws IOException {
        return component("itest.filter", "Router", "org.slimta.bus.api,org.slimta.bus.mail", revision);
    }

    private static Path component(String name, String component, String imports, int revision) throws IOException {
        return new BundleJar(name, revision + ".0.0")
                .packages("org.slimta.bus." + name)
                .component("org.slimta.bus." + name + "." + component)
                .changeDescription(xml -> xml.replace("revision-1", "revision-" + revision))
                .header("Import-Package", imports)
                .write();
    }

    /** A type that has no codec of its own. */
    static Path note() throws IOException {
        return new BundleJar("itest.note", "1.0.0")
                .packages("org.slimta.bus.itest.note")
                .header("Export-Package", "org.slimta.bus.itest.note;version=1.0.0")
                .write();
    }

    /** The codec for it. */
    static Path noteCodec(int revision) throws IOException {
        return component("itest.notecodec", "NoteCodec", "org.slimta.bus.api.xml,org.slimta.bus.itest.note", revision);
    }

    /** Sends mail without a pause. */
    static Path load() throws IOException {
        return new BundleJar("itest.load", "1.0.0")
                .packages("org.slimta.bus.itest.load")
                .component("org.slimta.bus.itest.load.Load")
                .header("Import-Package", "org.slimta.bus.api,org.slimta.bus.mail")
                .write();
    }

    /** Does in its container what a test in another JVM says. */
    static Path remote() throws IOException {
        return new BundleJar("itest.remote", "1.0.0")
                .testClasses(Remote.class, Revisions.class, BundleLifecycle.class, Await.class)
                .header("Bundle-Activator", Remote.class.getName())
                .header("Import-Package", "org.osgi.framework,org.osgi.framework.wiring,org.osgi.service.cm")
                .write();
    }
}
