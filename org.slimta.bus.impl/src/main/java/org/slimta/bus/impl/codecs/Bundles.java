package org.slimta.bus.impl.codecs;

import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** Finds the bundles of classes, if there are bundles. */
public final class Bundles {

    private Bundles() {}

    /** Returns the bundle of a class, or null. */
    static Bundle of(Class<?> type) {
        try {
            return FrameworkUtil.getBundle(type);
        } catch (LinkageError e) {
            return null; // A plain class path without OSGi.
        }
    }

    /**
     * The version of the bundle of a class.
     *
     * @param type the class, not null
     * @return its version, or null if it has no bundle
     */
    public static String versionOf(Class<?> type) {
        Bundle bundle = of(type);
        return bundle == null ? null : bundle.getVersion().toString();
    }

    /** Returns the symbolic name of the bundle of a class, or an empty string. */
    static String nameOf(Class<?> type) {
        Bundle bundle = of(type);
        return bundle == null ? "" : bundle.getSymbolicName();
    }
}
