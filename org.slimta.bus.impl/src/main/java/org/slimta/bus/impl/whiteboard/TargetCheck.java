package org.slimta.bus.impl.whiteboard;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slimta.bus.impl.status.Rejections;
import org.slimta.bus.impl.status.Rejections.Kind;

/**
 * Checks the targets of handlers and filters against the configured buses. A service whose target matches only buses
 * that do not use its kind is rejected, since the author of the target believes that it is in use. Thread-safe.
 */
public final class TargetCheck implements AutoCloseable {

    /** The delay of a check: a moment may pass until all buses have started, or one has taken another's place. */
    private static final Duration GRACE_PERIOD = Duration.ofSeconds(2);

    private final Whiteboard whiteboard;
    private final Rejections rejections;
    private final BiConsumer<Duration, Runnable> scheduler;
    private final Runnable onChange = this::scheduleCheck;
    private final Map<String, TargetedBus> buses = new ConcurrentHashMap<>(); // By PID.
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /**
     * Starts to listen for changes of services.
     *
     * @param whiteboard the services, not null
     * @param rejections where services are rejected, not null
     * @param scheduler runs a task after a delay, not null
     */
    public TargetCheck(Whiteboard whiteboard, Rejections rejections, BiConsumer<Duration, Runnable> scheduler) {
        this.whiteboard = whiteboard;
        this.rejections = rejections;
        this.scheduler = scheduler;
        whiteboard.handlers().addListener(onChange);
        whiteboard.filters().addListener(onChange);
    }

    /**
     * Adds or replaces a bus.
     *
     * @param pid the PID of its configuration, not null
     * @param bus the bus, not null
     */
    public void put(String pid, TargetedBus bus) {
        if (!bus.equals(buses.put(pid, bus))) {
            scheduleCheck();
        }
    }

    /**
     * Removes a bus.
     *
     * @param pid the PID of its configuration, not null
     */
    public void remove(String pid) {
        buses.remove(pid);
        scheduleCheck();
    }

    private void scheduleCheck() {
        if (scheduled.compareAndSet(false, true)) {
            scheduler.accept(GRACE_PERIOD, this::check);
        }
    }

    private void check() {
        scheduled.set(false); // Before the check: a change that it does not see schedules another.
        check(Kind.HANDLER, whiteboard.handlers());
        check(Kind.FILTER, whiteboard.filters());
    }

    private <S> void check(Kind kind, WhiteboardTracker<S> tracker) {
        for (WhiteboardService<S> service : tracker.services()) {
            String id = Long.toString(service.id());
            List<TargetedBus> matching = matching(service, buses.values());
            if (matching.isEmpty()
                    || matching.stream().anyMatch(bus -> bus.accepts().contains(kind))) {
                rejections.remove(kind, id);
            } else {
                rejections.add(
                        kind,
                        id,
                        service.bundleName(),
                        service.service().getClass().getName() + ": its target " + service.targetText() + " matches "
                                + matching.get(0).explainUnused(kind));
            }
            if (!tracker.contains(service)) {
                rejections.remove(kind, id); // It was unregistered meanwhile: its tracker removes no rejection again.
            }
        }
    }

    private static List<TargetedBus> matching(WhiteboardService<?> service, Collection<TargetedBus> buses) {
        return buses.stream().filter(bus -> service.isFor(bus.properties())).toList();
    }

    @Override
    public void close() {
        whiteboard.handlers().removeListener(onChange);
        whiteboard.filters().removeListener(onChange);
    }
}
