package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.function.BiConsumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.TransactionObserver;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.status.Rejections;

/** The handlers, the filters and the observers that are registered as services. Thread-safe. */
@Component(service = Whiteboard.class, immediate = true)
public final class Whiteboard implements AutoCloseable {

    private final WhiteboardTracker<RequestHandler<Object, Object>> handlers;
    private final WhiteboardTracker<BusFilter<Object, Object>> filters;
    private final WhiteboardTracker<TransactionObserver> observers;

    /**
     * Starts to track services.
     *
     * @param context the context of the provider, not null
     * @param rejections where services are rejected, not null
     */
    @Activate
    public Whiteboard(BundleContext context, @Reference Rejections rejections) {
        handlers = new WhiteboardTracker<>(context, RequestHandler.class, Rejections.Kind.HANDLER, rejections);
        filters = new WhiteboardTracker<>(context, BusFilter.class, Rejections.Kind.FILTER, rejections);
        observers = new WhiteboardTracker<>(context, TransactionObserver.class, Rejections.Kind.OBSERVER, rejections);
        handlers.open();
        filters.open();
        observers.open();
    }

    /**
     * Sets what retries to get services that the framework did not return.
     *
     * @param scheduler runs a task after a delay, which may block; null ends the retries
     */
    public void retryWith(BiConsumer<Duration, Runnable> scheduler) {
        handlers.retryWith(scheduler);
        filters.retryWith(scheduler);
        observers.retryWith(scheduler);
    }

    /** {@return the handlers that are registered} */
    public WhiteboardTracker<RequestHandler<Object, Object>> handlers() {
        return handlers;
    }

    /** {@return the filters that are registered} */
    public WhiteboardTracker<BusFilter<Object, Object>> filters() {
        return filters;
    }

    /** {@return the observers that are registered} */
    public WhiteboardTracker<TransactionObserver> observers() {
        return observers;
    }

    /**
     * Passes the observers on, those that are registered now and at each change.
     *
     * @param registry where to
     */
    public void passObserversTo(ObserverRegistry registry) {
        Runnable pass = () -> registry.refresh(() -> observers.services().stream()
                .map(one -> new ObserverRegistry.Service(one, one.service(), one::isFor, one.describe()))
                .toList());
        observers.addListener(pass);
        pass.run();
    }

    @Override
    @Deactivate
    public void close() {
        handlers.close();
        filters.close();
        observers.close();
    }
}
