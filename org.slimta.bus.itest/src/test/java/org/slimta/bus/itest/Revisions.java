package org.slimta.bus.itest;

import java.io.IOException;
import java.lang.ref.WeakReference;
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
    private final BundleLifecycle bundles;
    private final List<String> watched;
    private final List<WeakReference<ClassLoader>> former = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** Watches bundles with these symbolic names. */
    Revisions(BundleContext context, String... watched) {
        this.context = context;
        this.bundles = new BundleLifecycle(context);
        this.watched = List.of(watched);
    }

    Bundle bundle(String name) {
        return bundles.find(name);
    }

    /** Updates a bundle from a file, and refreshes those that are wired to it. */
    void replace(String name, Path jar) throws IOException, BundleException, InterruptedException {
        Bundle bundle = bundle(name);
        remember();
        BundleLifecycle.update(bundle, jar);
        refresh(bundle);
        if (bundle.getState() != Bundle.ACTIVE) {
            throw new AssertionError(name + " is in the state " + bundle.getState());
        }
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
        if (!refreshed.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("not refreshed: " + bundle);
        }
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

    /** Waits until no former revision is left. */
    void awaitNoneLeft() {
        Await.until(
                "no class loader of a former revision is reachable",
                () -> "of " + former.size() + " these are: " + left(),
                () -> {
                    System.gc();
                    return left().isEmpty();
                });
    }

    /** The former revisions that are reachable as of the last garbage collection; those that are in use now are not former ones. */
    List<String> left() {
        List<ClassLoader> current = Arrays.stream(context.getBundles())
                .map(bundle -> bundle.adapt(BundleWiring.class))
                .filter(wiring -> wiring != null)
                .map(BundleWiring::getClassLoader)
                .toList();
        List<String> left = new ArrayList<>();
        for (int i = 0; i < former.size(); i++) {
            ClassLoader loader = former.get(i).get();
            if (loader != null && !current.contains(loader)) {
                left.add(names.get(i));
            }
        }
        return left;
    }
}
