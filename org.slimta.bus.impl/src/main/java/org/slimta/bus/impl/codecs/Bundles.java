package org.slimta.bus.impl.codecs;

import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** Which bundle a class is of, where there are bundles. */
final class Bundles {

    private Bundles() {}

    /** The bundle, or null. */
    static Bundle of(Class<?> type) {
        try {
            return FrameworkUtil.getBundle(type);
        } catch (LinkageError e) {
            return null; // a plain class path without OSGi
        }
    }

    /** The symbolic name of the bundle, or an empty string. */
    static String nameOf(Class<?> type) {
        Bundle bundle = of(type);
        return bundle == null ? "" : bundle.getSymbolicName();
    }
}
