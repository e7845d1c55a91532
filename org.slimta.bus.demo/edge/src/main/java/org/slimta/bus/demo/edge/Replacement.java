package org.slimta.bus.demo.edge;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/**
 * Replaces a running bundle in the same way as an administrator with a new build: the framework stops the bundle,
 * installs the new jar, creates a new class loader and starts the bundle. The new build has the same classes here.
 */
final class Replacement {

    private final Bundle bundle;

    Replacement(BundleContext context, String symbolicName) {
        bundle = Arrays.stream(context.getBundles())
                .filter(candidate -> candidate.getSymbolicName().equals(symbolicName))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the bundle " + symbolicName + " is not installed"));
    }

    /** Blocks until the bundle is replaced and started. */
    void run() throws IOException, BundleException {
        long before = bundle.getLastModified();
        bundle.update(new ByteArrayInputStream(jar()));
        if (bundle.getState() != Bundle.ACTIVE || bundle.getLastModified() == before) {
            throw new BundleException("the bundle " + bundle + " was not replaced");
        }
    }

    private byte[] jar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes)) {
            for (URL entry : entries()) {
                out.putNextEntry(new ZipEntry(entry.getPath().substring(1)));
                try (InputStream in = entry.openStream()) {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** All files of the bundle, with the manifest first. */
    private List<URL> entries() {
        List<URL> entries = new ArrayList<>();
        entries.add(bundle.getEntry("META-INF/MANIFEST.MF"));
        for (URL entry : Collections.list(bundle.findEntries("/", "*", true))) {
            if (!entry.getPath().endsWith("/") && !entry.getPath().equals("/META-INF/MANIFEST.MF")) {
                entries.add(entry);
            }
        }
        return entries;
    }
}
