package org.slimta.bus.impl.config;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;
import org.slimta.bus.api.BusConstants;

/** The services of one configured bus: its ends, and the condition that it is ready. Thread-safe. */
final class Publication implements AutoCloseable {

    private final BundleContext context;
    private final List<ServiceRegistration<?>> ends = new ArrayList<>();
    private final AtomicInteger users = new AtomicInteger();
    private final Runnable onUse;
    private volatile Map<String, Object> properties;
    private ServiceRegistration<?> ready; // This and the next are for the one that updates.
    private Map<String, Object> readyWith;
    private boolean updating;
    private boolean again;
    private volatile boolean closed;

    /** Publishes nothing yet. When a bundle begins or ceases to use an end that is watched, this is told; it must not block. */
    Publication(BundleContext context, Map<String, Object> properties, Runnable onUse) {
        this.context = context;
        this.properties = properties;
        this.onUse = onUse;
    }

    /** Not under the lock: whoever waits for the service runs on this thread. */
    <S> void add(Class<S> type, S end) {
        ends.add(context.registerService(type, end, dictionary(properties)));
    }

    <S> void addWatched(Class<S> type, S end) {
        ends.add(context.registerService(type, new Watched<>(end), dictionary(properties)));
    }

    /** Whether a bundle has got an end that is watched. */
    boolean isUsed() {
        return users.get() > 0;
    }

    /** Has the ends other properties; the condition gets them with the next {@link #update}, which must follow. */
    void change(Map<String, Object> newProperties) {
        if (!newProperties.equals(properties)) {
            properties = newProperties;
            ends.forEach(end -> end.setProperties(dictionary(properties)));
        }
    }

    private static Dictionary<String, Object> condition(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(Condition.CONDITION_ID, BusConstants.READY_CONDITION);
        return dictionary(all);
    }

    /**
     * Has the condition there or not. It is asked again for each call, but by one thread at a time, and not under a lock: who
     * waits for the condition runs on this thread, and may come back here.
     */
    void update(BooleanSupplier isReady) {
        synchronized (this) {
            again = true;
            if (updating) {
                return;
            }
            updating = true;
        }
        try {
            while (isWantedAgain()) {
                setReady(!closed && isReady.getAsBoolean());
            }
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                updating = false;
            }
            throw e;
        }
    }

    private synchronized boolean isWantedAgain() {
        updating = again;
        again = false;
        return updating;
    }

    private void setReady(boolean isReady) {
        ServiceRegistration<?> before = ready;
        Map<String, Object> now = properties;
        if (isReady && before == null) {
            ready = context.registerService(Condition.class, Condition.INSTANCE, condition(now));
            readyWith = now;
        } else if (isReady && readyWith != now) {
            readyWith = now;
            try {
                before.setProperties(condition(now));
            } catch (IllegalStateException e) {
                // It went with the bundle.
            }
        } else if (!isReady && before != null) {
            ready = null;
            unregister(before);
        }
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> properties) {
        return new Hashtable<>(properties);
    }

    @Override
    public void close() {
        closed = true;
        Stream<Runnable> unregistering = ends.stream().map(end -> () -> unregister(end));
        ClosingSteps.run(
                Stream.concat(Stream.of(() -> update(() -> false)), unregistering).toArray(Runnable[]::new));
        ends.clear();
    }

    private static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            // It went with the bundle.
        }
    }

    private final class Watched<S> implements ServiceFactory<S> {

        private final S end;

        Watched(S end) {
            this.end = end;
        }

        @Override
        public S getService(Bundle bundle, ServiceRegistration<S> registration) {
            users.incrementAndGet();
            onUse.run();
            return end;
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<S> registration, S service) {
            users.decrementAndGet();
            onUse.run();
        }
    }
}
