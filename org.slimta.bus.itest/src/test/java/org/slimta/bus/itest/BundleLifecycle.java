package org.slimta.bus.itest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** Bundles that a test finds, installs and updates. */
final class BundleLifecycle {

    private final BundleContext context;

    BundleLifecycle(BundleContext context) {
        this.context = context;
    }

    /** The installed bundle with a symbolic name. */
    Bundle find(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    /** Installs a bundle and starts it. */
    Bundle install(Path jar) throws IOException, BundleException {
        try (InputStream in = Files.newInputStream(jar)) {
            Bundle installed = context.installBundle(jar.getFileName().toString(), in);
            installed.start();
            return installed;
        }
    }

    /** Updates a bundle. Those that are wired to it are not refreshed. */
    static void update(Bundle bundle, Path jar) throws IOException, BundleException {
        try (InputStream in = Files.newInputStream(jar)) {
            bundle.update(in);
        }
    }
}
