package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
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
import org.slimta.bus.impl.status.RetryDelays;

/**
 * Tracks the services of one kind. Its listeners are notified of each change on the thread that makes the change. When
 * all of them know that a service is leaving, one listener may make the removal wait until no transaction runs through
 * it. Thread-safe.
 *
 * @param <S> the type of the services
 */
public final class WhiteboardTracker<S> implements AutoCloseable {

    private final BundleContext context;
    private final Rejections.Kind kind;
    private final Rejections rejections;
    private final Map<ServiceReference<S>, WhiteboardService<S>> services = new ConcurrentHashMap<>();
    private final Listeners listeners = new Listeners("handlers and filters");
    private final ServiceTracker<S, Tracked> tracker;
    private final Set<Tracked> unavailable = ConcurrentHashMap.newKeySet();
    private volatile Consumer<ServiceReference<?>> leavingListener = reference -> {};
    private volatile BiConsumer<Duration, Runnable> retryScheduler;

    WhiteboardTracker(BundleContext context, Class<?> type, Rejections.Kind kind, Rejections rejections) {
        this.context = context;
        this.kind = kind;
        this.rejections = rejections;
        this.tracker = new ServiceTracker<>(context, type.getName(), new Customizer());
    }

    void open() {
        tracker.open();
    }

    /**
     * Selects the services for a bus.
     *
     * @param bus the properties of the bus, not null
     * @return the services whose target matches, the highest ranking first
     */
    public List<WhiteboardService<S>> matching(Map<String, ?> bus) {
        return services().stream().filter(service -> service.isFor(bus)).toList();
    }

    /** {@return all services, the highest ranking first} */
    public List<WhiteboardService<S>> services() {
        List<WhiteboardService<S>> all = new ArrayList<>(services.values());
        all.sort(null);
        return all;
    }

    /** Sets what retries to get a service after a delay, on a thread that may block. Null ends the retries. */
    void retryWith(BiConsumer<Duration, Runnable> scheduler) {
        retryScheduler = scheduler;
        unavailable.forEach(Tracked::scheduleRetry);
    }

    /** Whether a service is still registered. */
    boolean contains(WhiteboardService<S> service) {
        return services.containsKey(service.reference());
    }

    /**
     * Sets what is called with a service that is leaving, after the other listeners. It may block, and the service
     * works until it returns.
     */
    void setLeavingListener(Consumer<ServiceReference<?>> listener) {
        leavingListener = listener;
    }

    /**
     * Adds a listener.
     *
     * @param listener called after each change, not null; must not block
     */
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Removes a listener.
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

    /** Returns null for all buses, which only an observer may be for. */
    private Filter target(ServiceReference<?> reference) throws InvalidSyntaxException {
        Object target = reference.getProperty(BusConstants.WHITEBOARD_TARGET);
        if (target == null && kind == Rejections.Kind.OBSERVER) {
            return null;
        }
        String example = BusConstants.WHITEBOARD_TARGET + "=(" + BusConstants.BUS_NAME + "=relay)";
        if (!(target instanceof String text)) {
            throw new InvalidSyntaxException(
                    "its service property " + BusConstants.WHITEBOARD_TARGET
                            + (target == null ? " is missing" : " is not a string")
                            + "; set it to a filter for the name of the bus, such as " + example,
                    null);
        }
        try {
            return FrameworkUtil.createFilter(text);
        } catch (InvalidSyntaxException e) {
            throw new InvalidSyntaxException(
                    "its service property " + BusConstants.WHITEBOARD_TARGET + " is " + text
                            + ", which is not a valid LDAP filter (" + e.getMessage() + "); an example is " + example,
                    text);
        }
    }

    private final class Customizer implements ServiceTrackerCustomizer<S, Tracked> {

        @Override
        public Tracked addingService(ServiceReference<S> reference) {
            Tracked tracked = new Tracked(reference);
            tracked.get();
            return tracked;
        }

        @Override
        public void modifiedService(ServiceReference<S> reference, Tracked tracked) {
            tracked.publish();
        }

        /** The service works until this returns. */
        @Override
        public void removedService(ServiceReference<S> reference, Tracked tracked) {
            tracked.remove();
        }
    }

    private enum State {
        /** The framework has not returned the service object yet. */
        UNAVAILABLE,
        /** The same, and a retry is scheduled. */
        RETRYING,
        /** The service object is there. */
        AVAILABLE,
        /** The service was unregistered. Final. */
        REMOVED
    }

    /** A registered service. The tracker may report changes of a service after its removal. Thread-safe. */
    private final class Tracked {

        private final ServiceReference<S> reference;
        private final String id;
        private final RetryDelays retryDelays = new RetryDelays(); // Guarded by this, as are all below.
        private State state = State.UNAVAILABLE;
        private S service;

        Tracked(ServiceReference<S> reference) {
            this.reference = reference;
            this.id = String.valueOf(reference.getProperty(Constants.SERVICE_ID));
        }

        /**
         * Gets the service object, without a lock: that may activate a component, which may fail now and not the next
         * time.
         */
        void get() {
            S got = context.getService(reference);
            synchronized (this) {
                if (state != State.REMOVED && got != null) {
                    service = got;
                    state = State.AVAILABLE;
                    unavailable.remove(this);
                } else if (state != State.REMOVED) {
                    rejections.add(
                            kind, id, bundle(), "its service object is not available; see the log of its bundle");
                    unavailable.add(this);
                }
            }
            if (got == null) {
                scheduleRetry();
            } else if (!publish()) {
                context.ungetService(reference);
            }
        }

        void scheduleRetry() {
            BiConsumer<Duration, Runnable> scheduler = retryScheduler;
            Duration delay;
            synchronized (this) {
                if (state != State.UNAVAILABLE || scheduler == null) {
                    return;
                }
                state = State.RETRYING;
                delay = retryDelays.next();
            }
            scheduler.accept(delay, this::retry);
        }

        private void retry() {
            synchronized (this) {
                if (state != State.RETRYING) {
                    return;
                }
                state = State.UNAVAILABLE;
            }
            try {
                get();
            } catch (IllegalStateException e) {
                // The provider has stopped meanwhile.
            }
        }

        /**
         * Adds or updates the service in the list. The check for a removal and the properties are read under one lock,
         * so that a removed service is not added again.
         *
         * @return whether the service is still registered
         */
        boolean publish() {
            synchronized (this) {
                if (state != State.AVAILABLE) {
                    return state != State.REMOVED;
                }
                try {
                    int ranking =
                            reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
                    services.put(reference, new WhiteboardService<>(reference, service, target(reference), ranking));
                    rejections.remove(kind, id);
                } catch (InvalidSyntaxException e) {
                    services.remove(reference);
                    rejections.add(kind, id, bundle(), service.getClass().getName() + ": " + e.getMessage());
                }
            }
            listeners.notifyListeners();
            return true;
        }

        private String bundle() {
            return reference.getBundle() == null ? null : reference.getBundle().getSymbolicName();
        }

        void remove() {
            boolean got;
            synchronized (this) {
                got = state == State.AVAILABLE;
                state = State.REMOVED;
                unavailable.remove(this);
                rejections.remove(kind, id);
                services.remove(reference);
            }
            listeners.notifyListeners();
            leavingListener.accept(reference);
            if (got) {
                context.ungetService(reference);
            }
        }
    }
}
