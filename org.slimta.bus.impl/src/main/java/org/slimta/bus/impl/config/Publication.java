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

/** The services of one configured bus: its ends, and the condition that the bus is ready. Thread-safe. */
final class Publication implements AutoCloseable {

    private enum UpdateState {
        /** No thread updates the condition. */
        IDLE,
        /** One thread updates the condition, and no other update is requested. */
        UPDATING,
        /** One thread updates the condition, and must then do so once more. */
        UPDATE_AGAIN
    }

    private final BundleContext bundleContext;
    private final List<ServiceRegistration<?>> ends = new ArrayList<>();
    private final AtomicInteger users = new AtomicInteger();
    private final Runnable onUse;
    private volatile Map<String, Object> properties;
    private ServiceRegistration<?> condition; // This and the next are for the thread that updates.
    private Map<String, Object> conditionProperties;
    private UpdateState updateState = UpdateState.IDLE; // Guarded by this.
    private volatile boolean closed;

    /**
     * Creates a publication without services.
     *
     * @param properties of the services
     * @param onUse is called when a bundle starts or stops using a watched end; must not block
     */
    Publication(BundleContext bundleContext, Map<String, Object> properties, Runnable onUse) {
        this.bundleContext = bundleContext;
        this.properties = properties;
        this.onUse = onUse;
    }

    /** Registers an end. Do not hold a lock: components that wait for the service are activated on this thread. */
    <S> void add(Class<S> type, S end) {
        ends.add(bundleContext.registerService(type, end, dictionary(properties)));
    }

    /** Registers an end, and counts the bundles that use it. Do not hold a lock, as for {@link #add}. */
    <S> void addWatched(Class<S> type, S end) {
        ends.add(bundleContext.registerService(type, new Watched<>(end), dictionary(properties)));
    }

    /** {@return whether a bundle uses a watched end} */
    boolean isUsed() {
        return users.get() > 0;
    }

    /** Sets the properties of the ends. The condition gets them with the next {@link #update}, which must follow. */
    void change(Map<String, Object> newProperties) {
        if (!newProperties.equals(properties)) {
            properties = newProperties;
            ends.forEach(end -> end.setProperties(dictionary(properties)));
        }
    }

    private static Dictionary<String, Object> conditionDictionary(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(Condition.CONDITION_ID, BusConstants.READY_CONDITION);
        return dictionary(all);
    }

    /**
     * Registers or unregisters the ready condition. Every call causes the state to be checked again, but by one
     * thread at a time and without a lock: components that wait for the condition are activated on this thread, and
     * may call back.
     */
    void update(BooleanSupplier isReady) {
        synchronized (this) {
            if (updateState != UpdateState.IDLE) {
                updateState = UpdateState.UPDATE_AGAIN;
                return;
            }
            updateState = UpdateState.UPDATING;
        }
        try {
            do {
                setReady(!closed && isReady.getAsBoolean());
            } while (mustUpdateAgain());
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                updateState = UpdateState.IDLE;
            }
            throw e;
        }
    }

    private synchronized boolean mustUpdateAgain() {
        updateState = updateState == UpdateState.UPDATE_AGAIN ? UpdateState.UPDATING : UpdateState.IDLE;
        return updateState == UpdateState.UPDATING;
    }

    private void setReady(boolean isReady) {
        ServiceRegistration<?> before = condition;
        Map<String, Object> now = properties;
        if (isReady && before == null) {
            condition = bundleContext.registerService(Condition.class, Condition.INSTANCE, conditionDictionary(now));
            conditionProperties = now;
        } else if (isReady && conditionProperties != now) {
            conditionProperties = now;
            try {
                before.setProperties(conditionDictionary(now));
            } catch (IllegalStateException e) {
                // The bundle has stopped, which has unregistered it.
            }
        } else if (!isReady && before != null) {
            condition = null;
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
        ClosingSteps.run(Stream.concat(Stream.of(() -> update(() -> false)), unregistering)
                .toArray(Runnable[]::new));
        ends.clear();
    }

    private static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            // The bundle has stopped, which has unregistered it.
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
