package org.slimta.bus.impl.config;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
    private Map<String, Object> properties;
    private ServiceRegistration<?> ready;
    private boolean closed;

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

    void change(Map<String, Object> newProperties) {
        if (!newProperties.equals(properties)) {
            properties = newProperties;
            ends.forEach(end -> end.setProperties(dictionary(properties)));
            synchronized (this) {
                if (ready != null) {
                    ready.setProperties(condition());
                }
            }
        }
    }

    private Dictionary<String, Object> condition() {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(Condition.CONDITION_ID, BusConstants.READY_CONDITION);
        return dictionary(all);
    }

    synchronized void setReady(boolean isReady) {
        if (isReady && ready == null && !closed) {
            ready = context.registerService(Condition.class, Condition.INSTANCE, condition());
        } else if (!isReady && ready != null) {
            ready.unregister();
            ready = null;
        }
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> properties) {
        return new Hashtable<>(properties);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        setReady(false);
        ends.forEach(ServiceRegistration::unregister);
        ends.clear();
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
