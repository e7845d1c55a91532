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

/** The handlers and the filters that are registered as services. */
@Component(service = Whiteboard.class, immediate = true)
public final class Whiteboard implements AutoCloseable {

    private final WhiteboardTracker<RequestHandler<Object, Object>> handlers;
    private final WhiteboardTracker<BusFilter<Object, Object>> filters;

    /**
     * Begins to look for services.
     *
     * @param context of the provider
     * @param rejections what is wrong
     */
    @Activate
    public Whiteboard(BundleContext context, @Reference Rejections rejections) {
        handlers = new WhiteboardTracker<>(context, RequestHandler.class, Rejections.Kind.HANDLER, rejections);
        filters = new WhiteboardTracker<>(context, BusFilter.class, Rejections.Kind.FILTER, rejections);
        handlers.open();
        filters.open();
    }

    /**
     * Has services that could not be got asked for again.
     *
     * @param later runs something after some time, which may block; null to have nothing run any more
     */
    public void askAgainWith(BiConsumer<Duration, Runnable> later) {
        handlers.askAgainWith(later);
        filters.askAgainWith(later);
    }

    /**
     * The handlers.
     *
     * @return those that there are now
     */
    public WhiteboardTracker<RequestHandler<Object, Object>> handlers() {
        return handlers;
    }

    /**
     * The filters.
     *
     * @return those that there are now
     */
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
