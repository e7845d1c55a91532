package org.slimta.bus.impl.whiteboard;

import java.util.Map;
import java.util.Objects;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.slimta.bus.api.BusConstants;

/**
 * One handler, filter or observer that is registered as a service. Immutable. Two are equal if they are the same service with the
 * same target and ranking; the {@code equals} of the service object is not called.
 *
 * @param <S> the type of the service
 * @param reference the reference to the service
 * @param service the service object
 * @param target selects the buses that it is for; null for all
 * @param ranking its service ranking when it was registered or modified
 */
public record WhiteboardService<S>(ServiceReference<S> reference, S service, Filter target, int ranking)
        implements Comparable<WhiteboardService<?>> {

    /** {@return its service id} */
    public long id() {
        return (Long) reference.getProperty(Constants.SERVICE_ID);
    }

    Bundle bundle() {
        return reference.getBundle();
    }

    /** {@return the symbolic name of its bundle, or an empty string if the service was just unregistered} */
    public String bundleName() {
        Bundle bundle = bundle();
        return bundle == null ? "" : bundle.getSymbolicName();
    }

    boolean isFor(Map<String, ?> bus) {
        return target == null || target.matches(bus);
    }

    /** {@return its class and its bundle, for messages} */
    String describe() {
        String bundle = bundleName();
        return service.getClass().getName() + (bundle.isEmpty() ? "" : " of bundle " + bundle);
    }

    /**
     * Whether its bundle sees the same class, or no class of that name at all. While the bundle of the types is being
     * updated, its bundle may still be wired to their former revision. Loads the class, which may block.
     */
    boolean agreesOn(Class<?> type) {
        Bundle bundle = bundle();
        BundleWiring wiring = bundle == null ? null : bundle.adapt(BundleWiring.class);
        if (wiring == null || wiring.getClassLoader() == null) {
            return false;
        }
        try {
            return wiring.getClassLoader().loadClass(type.getName()) == type;
        } catch (ClassNotFoundException | LinkageError e) {
            return true;
        }
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof WhiteboardService<?> other
                && reference.equals(other.reference)
                && Objects.equals(target, other.target)
                && ranking == other.ranking;
    }

    @Override
    public int hashCode() {
        return reference.hashCode();
    }

    /** Orders by ranking, the highest first, then by service id, the oldest first. */
    @Override
    public int compareTo(WhiteboardService<?> other) {
        int byRanking = Integer.compare(other.ranking, ranking);
        return byRanking != 0 ? byRanking : Long.compare(id(), other.id());
    }

    /** {@return its service property {@value BusConstants#WHITEBOARD_TARGET}, as text} */
    public String targetText() {
        return String.valueOf(reference.getProperty(BusConstants.WHITEBOARD_TARGET));
    }
}
