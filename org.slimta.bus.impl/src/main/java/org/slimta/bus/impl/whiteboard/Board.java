package org.slimta.bus.impl.whiteboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.impl.status.Listeners;
import org.slimta.bus.impl.status.Rejections;

/**
 * The services of one kind, those first that rank highest. Its listeners are told of each change on the thread that makes it;
 * after all of them know that a service goes, one may have it wait until nothing runs through it. Thread-safe.
 *
 * @param <S> their type
 */
public final class Board<S> implements AutoCloseable {

    private final BundleContext context;
    private final Rejections.Kind kind;
    private final Rejections rejections;
    private final Map<ServiceReference<S>, Posting<S>> postings = new ConcurrentHashMap<>();
    private final Listeners listeners = new Listeners("handlers and filters");
    private final ServiceTracker<S, S> tracker;
    private volatile Consumer<ServiceReference<?>> leaving = reference -> {};

    Board(BundleContext context, Class<?> type, Rejections.Kind kind, Rejections rejections) {
        this.context = context;
        this.kind = kind;
        this.rejections = rejections;
        this.tracker = new ServiceTracker<>(context, type.getName(), new Customizer());
    }

    void open() {
        tracker.open();
    }

    /**
     * Those that are for a bus.
     *
     * @param bus its properties
     * @return the best first
     */
    public List<Posting<S>> matching(Map<String, ?> bus) {
        return postings().stream().filter(posting -> posting.isFor(bus)).toList();
    }

    /**
     * All of them.
     *
     * @return the best first
     */
    public List<Posting<S>> postings() {
        List<Posting<S>> all = new ArrayList<>(postings.values());
        all.sort(null);
        return all;
    }

    /** Whether a service is still there. */
    boolean contains(Posting<S> posting) {
        return postings.containsKey(posting.reference());
    }

    /** What is called with a service that goes, after the listeners; it may block, and the service works until it returns. */
    void whenLeaving(Consumer<ServiceReference<?>> listener) {
        leaving = listener;
    }

    /**
     * Calls a listener after each change.
     *
     * @param listener what to call; must not block
     */
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Calls a listener no more.
     *
     * @param listener what was added
     */
    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    @Override
    public void close() {
        tracker.close();
    }

    private void post(ServiceReference<S> reference, S service) {
        String id = String.valueOf(reference.getProperty(Constants.SERVICE_ID));
        try {
            int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
            postings.put(reference, new Posting<>(reference, service, target(reference), ranking));
            rejections.remove(kind, id);
        } catch (InvalidSyntaxException e) {
            postings.remove(reference);
            String bundle = reference.getBundle() == null ? null : reference.getBundle().getSymbolicName();
            rejections.add(kind, id, bundle, service.getClass().getName() + ": " + e.getMessage());
        }
        listeners.tell();
    }

    private static Filter target(ServiceReference<?> reference) throws InvalidSyntaxException {
        Object target = reference.getProperty(BusConstants.WHITEBOARD_TARGET);
        String example = BusConstants.WHITEBOARD_TARGET + "=(" + BusConstants.BUS_NAME + "=relay)";
        if (!(target instanceof String text)) {
            throw new InvalidSyntaxException(
                    "its service property " + BusConstants.WHITEBOARD_TARGET
                            + (target == null ? " is missing" : " is no string") + "; say which bus it is for, as " + example,
                    null);
        }
        try {
            return FrameworkUtil.createFilter(text);
        } catch (InvalidSyntaxException e) {
            throw new InvalidSyntaxException(
                    "its service property " + BusConstants.WHITEBOARD_TARGET + " is " + text + ", which is no filter ("
                            + e.getMessage() + "); an example is " + example,
                    text);
        }
    }

    private final class Customizer implements ServiceTrackerCustomizer<S, S> {

        @Override
        public S addingService(ServiceReference<S> reference) {
            S service = context.getService(reference);
            if (service != null) {
                post(reference, service);
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<S> reference, S service) {
            post(reference, service);
        }

        /** The service still works while this runs. */
        @Override
        public void removedService(ServiceReference<S> reference, S service) {
            rejections.remove(kind, String.valueOf(reference.getProperty(Constants.SERVICE_ID)));
            postings.remove(reference);
            listeners.tell();
            leaving.accept(reference);
            context.ungetService(reference);
        }
    }
}
