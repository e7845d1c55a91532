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
 * The services of one kind, those first that rank highest. Its listeners are told of each change on the thread that makes it;
 * after all of them know that a service goes, one may have it wait until nothing runs through it. Thread-safe.
 *
 * @param <S> their type
 */
public final class WhiteboardTracker<S> implements AutoCloseable {

    private final BundleContext context;
    private final Rejections.Kind kind;
    private final Rejections rejections;
    private final Map<ServiceReference<S>, WhiteboardService<S>> postings = new ConcurrentHashMap<>();
    private final Listeners listeners = new Listeners("handlers and filters");
    private final ServiceTracker<S, Tracked> tracker;
    private final Set<Tracked> lacking = ConcurrentHashMap.newKeySet();
    private volatile Consumer<ServiceReference<?>> leaving = reference -> {};
    private volatile BiConsumer<Duration, Runnable> later;

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
     * Those that are for a bus.
     *
     * @param bus its properties
     * @return the best first
     */
    public List<WhiteboardService<S>> matching(Map<String, ?> bus) {
        return postings().stream().filter(posting -> posting.isFor(bus)).toList();
    }

    /**
     * All of them.
     *
     * @return the best first
     */
    public List<WhiteboardService<S>> postings() {
        List<WhiteboardService<S>> all = new ArrayList<>(postings.values());
        all.sort(null);
        return all;
    }

    /** From now on a service that could not be got is asked for again by this, after a pause; it may block. Null: no more. */
    void askAgainWith(BiConsumer<Duration, Runnable> newLater) {
        later = newLater;
        lacking.forEach(Tracked::getLater);
    }

    /** Whether a service is still there. */
    boolean contains(WhiteboardService<S> posting) {
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

    private static Filter target(ServiceReference<?> reference) throws InvalidSyntaxException {
        Object target = reference.getProperty(BusConstants.WHITEBOARD_TARGET);
        String example = BusConstants.WHITEBOARD_TARGET + "=(" + BusConstants.BUS_NAME + "=relay)";
        if (!(target instanceof String text)) {
            throw new InvalidSyntaxException(
                    "its service property " + BusConstants.WHITEBOARD_TARGET
                            + (target == null ? " is missing" : " is not a string") + "; say which bus it is for, such as " + example,
                    null);
        }
        try {
            return FrameworkUtil.createFilter(text);
        } catch (InvalidSyntaxException e) {
            throw new InvalidSyntaxException(
                    "its service property " + BusConstants.WHITEBOARD_TARGET + " is " + text + ", which is not a valid LDAP filter ("
                            + e.getMessage() + "); an example is " + example,
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
            tracked.post();
        }

        /** The service still works while this runs. */
        @Override
        public void removedService(ServiceReference<S> reference, Tracked tracked) {
            tracked.remove();
        }
    }

    /** A service that is registered. The tracker may tell of its changes when it has gone already. Thread-safe. */
    private final class Tracked {

        private final ServiceReference<S> reference;
        private final String id;
        private final RetryDelays pauses = new RetryDelays();
        private S service; // Or null, as long as it cannot be got.
        private boolean waiting;
        private boolean gone;

        Tracked(ServiceReference<S> reference) {
            this.reference = reference;
            this.id = String.valueOf(reference.getProperty(Constants.SERVICE_ID));
        }

        /** Gets it, under no lock: a component may be activated by that, which may fail now and not the next time. */
        void get() {
            S got = context.getService(reference);
            synchronized (this) {
                if (!gone && got != null) {
                    service = got;
                    lacking.remove(this);
                } else if (!gone) {
                    rejections.add(kind, id, bundle(), "its service could not be got; see the log of its bundle");
                    lacking.add(this);
                }
            }
            if (got == null) {
                getLater();
            } else if (!post()) {
                context.ungetService(reference);
            }
        }

        void getLater() {
            BiConsumer<Duration, Runnable> runner = later;
            Duration pause;
            synchronized (this) {
                if (gone || waiting || service != null || runner == null) {
                    return;
                }
                waiting = true;
                pause = pauses.next();
            }
            runner.accept(pause, this::getAgain);
        }

        private void getAgain() {
            synchronized (this) {
                waiting = false;
                if (gone) {
                    return;
                }
            }
            try {
                get();
            } catch (IllegalStateException e) {
                // The provider has stopped meanwhile.
            }
        }

        /** Tells whether it is still there. Its properties and whether it is there are looked at as one. */
        boolean post() {
            synchronized (this) {
                if (gone) {
                    return false;
                }
                if (service == null) {
                    return true;
                }
                try {
                    int ranking = reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
                    postings.put(reference, new WhiteboardService<>(reference, service, target(reference), ranking));
                    rejections.remove(kind, id);
                } catch (InvalidSyntaxException e) {
                    postings.remove(reference);
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
                gone = true;
                got = service != null;
                lacking.remove(this);
                rejections.remove(kind, id);
                postings.remove(reference);
            }
            listeners.notifyListeners();
            leaving.accept(reference);
            if (got) {
                context.ungetService(reference);
            }
        }
    }
}
