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
import org.slimta.bus.impl.status.Rejections;

/** The handlers and the filters that are registered as services. Thread-safe. */
@Component(service = Whiteboard.class, immediate = true)
public final class Whiteboard implements AutoCloseable {

    private final WhiteboardTracker<RequestHandler<Object, Object>> handlers;
    private final WhiteboardTracker<BusFilter<Object, Object>> filters;

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
        handlers.open();
        filters.open();
    }

    /**
     * Sets what retries to get services that the framework did not return.
     *
     * @param scheduler runs a task after a delay, which may block; null ends the retries
     */
    public void retryWith(BiConsumer<Duration, Runnable> scheduler) {
        handlers.retryWith(scheduler);
        filters.retryWith(scheduler);
    }

    /** {@return the handlers that are registered} */
    public WhiteboardTracker<RequestHandler<Object, Object>> handlers() {
        return handlers;
    }

    /** {@return the filters that are registered} */
    public WhiteboardTracker<BusFilter<Object, Object>> filters() {
        return filters;
    }

    @Override
    @Deactivate
    public void close() {
        handlers.close();
        filters.close();
    }
}
