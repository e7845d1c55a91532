package org.slimta.bus.impl.whiteboard;

import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.slimta.bus.api.BusConstants;

/**
 * One service on the whiteboard. Immutable; two are equal if they are the same service with the same target and ranking,
 * whatever the service itself takes for equal.
 *
 * @param <S> its type
 * @param reference tells where it is from
 * @param service the service itself
 * @param target which buses it is for
 * @param ranking its rank at that time
 */
public record WhiteboardService<S>(ServiceReference<S> reference, S service, Filter target, int ranking)
        implements Comparable<WhiteboardService<?>> {

    /**
     * Its service id.
     *
     * @return the id
     */
    public long id() {
        return (Long) reference.getProperty(Constants.SERVICE_ID);
    }

    Bundle bundle() {
        return reference.getBundle();
    }

    /**
     * Whose it is.
     *
     * @return the symbolic name of its bundle, or an empty string if it has just gone
     */
    public String bundleName() {
        Bundle bundle = bundle();
        return bundle == null ? "" : bundle.getSymbolicName();
    }

    boolean isFor(Map<String, ?> bus) {
        return target.matches(bus);
    }

    /** What a person knows it by. */
    String describe() {
        String bundle = bundleName();
        return service.getClass().getName() + (bundle.isEmpty() ? "" : " of bundle " + bundle);
    }

    /**
     * Tells whether its bundle, if it knows a class of that name at all, knows the same class: while types are being replaced
     * it may still be wired to their former revision.
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
    public boolean equals(Object other) {
        return other instanceof WhiteboardService<?> posting
                && reference.equals(posting.reference)
                && target.equals(posting.target)
                && ranking == posting.ranking;
    }

    @Override
    public int hashCode() {
        return reference.hashCode();
    }

    /** The highest ranking comes first, then the one that is there longest. */
    @Override
    public int compareTo(WhiteboardService<?> other) {
        int byRanking = Integer.compare(other.ranking, ranking);
        return byRanking != 0 ? byRanking : Long.compare(id(), other.id());
    }

    /**
     * Which buses it is for.
     *
     * @return its {@value BusConstants#WHITEBOARD_TARGET}
     */
    public String targetText() {
        return String.valueOf(reference.getProperty(BusConstants.WHITEBOARD_TARGET));
    }
}
