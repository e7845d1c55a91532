package org.slimta.bus.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Replaces bundles, and sees whether the class loaders of their former revisions can be collected. */
final class Revisions {

    private final BundleContext context;
    private final List<String> watched;
    private final List<WeakReference<ClassLoader>> former = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** Watches bundles with these symbolic names. */
    Revisions(BundleContext context, String... watched) {
        this.context = context;
        this.watched = List.of(watched);
    }

    Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    /** Updates a bundle from a file, and refreshes those that are wired to it. */
    void replace(String name, Path jar) throws IOException, BundleException, InterruptedException {
        Bundle bundle = bundle(name);
        remember();
        try (InputStream in = Files.newInputStream(jar)) {
            bundle.update(in);
        }
        refresh(bundle);
        assertEquals(name, Bundle.ACTIVE, bundle.getState());
    }

    /** Refreshes a bundle as it is, and those that are wired to it. */
    void refresh(String name) throws InterruptedException {
        remember();
        refresh(bundle(name));
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle), event -> {
                    if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                        refreshed.countDown();
                    }
                });
        assertTrue("refreshed", refreshed.await(60, TimeUnit.SECONDS));
    }

    private void remember() {
        for (Bundle bundle : context.getBundles()) {
            if (watched.contains(bundle.getSymbolicName())) {
                ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
                String name = bundle.getSymbolicName() + "@" + System.identityHashCode(loader);
                if (loader != null && !names.contains(name)) {
                    names.add(name);
                    former.add(new WeakReference<>(loader));
                }
            }
        }
    }

    /** Waits until no former revision is left; those that are in use now are not former ones. */
    void awaitNoneLeft() throws InterruptedException {
        List<ClassLoader> current = Arrays.stream(context.getBundles())
                .map(bundle -> bundle.adapt(BundleWiring.class))
                .filter(wiring -> wiring != null)
                .map(BundleWiring::getClassLoader)
                .toList();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            System.gc();
            List<String> left = new ArrayList<>();
            for (int i = 0; i < former.size(); i++) {
                ClassLoader loader = former.get(i).get();
                if (loader != null && !current.contains(loader)) {
                    left.add(names.get(i));
                }
            }
            if (left.isEmpty()) {
                return;
            }
            assertTrue(
                    left.size() + " of " + former.size() + " class loaders are still reachable: " + left,
                    System.nanoTime() < deadline);
            Thread.sleep(50);
        }
    }
}
