package org.slimta.bus.impl.whiteboard;

import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.slimta.bus.api.BusConstants;

/**
 * One service on the whiteboard. Immutable; two are equal if they are the same service with the same properties.
 *
 * @param <S> its type
 * @param reference tells where it is from
 * @param service the service itself
 * @param target which buses it is for
 * @param ranking its rank at that time
 */
public record Posting<S>(ServiceReference<S> reference, S service, Filter target, int ranking)
        implements Comparable<Posting<?>> {

    long id() {
        return (Long) reference.getProperty(Constants.SERVICE_ID);
    }

    Bundle bundle() {
        return reference.getBundle();
    }

    boolean isFor(Map<String, ?> bus) {
        return target.matches(bus);
    }

    /** What a person knows it by. */
    String describe() {
        Bundle bundle = bundle();
        return service.getClass().getName() + (bundle == null ? "" : " of bundle " + bundle.getSymbolicName());
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

    /** The highest ranking comes first, then the one that is there longest. */
    @Override
    public int compareTo(Posting<?> other) {
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
