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
 * The buses that services may be for. A service whose target matches only buses that have no use for it is rejected: whoever
 * wrote the target thinks that it is at work. Thread-safe.
 */
public final class TargetCheck implements AutoCloseable {

    /** Until all buses are there may take a moment, when they start, or when one takes another's place. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Whiteboard whiteboard;
    private final Rejections rejections;
    private final BiConsumer<Duration, Runnable> later;
    private final Runnable onChange = this::changed;
    private final Map<String, TargetedBus> buses = new ConcurrentHashMap<>();
    private final AtomicBoolean checking = new AtomicBoolean();

    /**
     * No buses yet.
     *
     * @param whiteboard the services
     * @param rejections what is wrong
     * @param later runs something after some time
     */
    public TargetCheck(Whiteboard whiteboard, Rejections rejections, BiConsumer<Duration, Runnable> later) {
        this.whiteboard = whiteboard;
        this.rejections = rejections;
        this.later = later;
        whiteboard.handlers().addListener(onChange);
        whiteboard.filters().addListener(onChange);
    }

    /**
     * A bus is there, or has changed.
     *
     * @param pid of its configuration
     * @param bus what it is
     */
    public void put(String pid, TargetedBus bus) {
        if (!bus.equals(buses.put(pid, bus))) {
            changed();
        }
    }

    /**
     * A bus has gone.
     *
     * @param pid of its configuration
     */
    public void remove(String pid) {
        buses.remove(pid);
        changed();
    }

    private void changed() {
        if (checking.compareAndSet(false, true)) {
            later.accept(GRACE, this::check);
        }
    }

    private void check() {
        checking.set(false);
        check(Kind.HANDLER, whiteboard.handlers());
        check(Kind.FILTER, whiteboard.filters());
    }

    private <S> void check(Kind kind, WhiteboardTracker<S> board) {
        for (WhiteboardService<S> posting : board.postings()) {
            String id = Long.toString(posting.id());
            List<TargetedBus> matching = matching(posting, buses.values());
            if (matching.isEmpty() || matching.stream().anyMatch(bus -> bus.takes().contains(kind))) {
                rejections.remove(kind, id);
            } else {
                rejections.add(
                        kind,
                        id,
                        posting.bundleName(),
                        posting.service().getClass().getName() + ": its target " + posting.targetText() + " matches "
                                + matching.get(0).explain(kind));
            }
            if (!board.contains(posting)) {
                rejections.remove(kind, id); // It has gone meanwhile, and nobody else would do that.
            }
        }
    }

    private static List<TargetedBus> matching(WhiteboardService<?> posting, Collection<TargetedBus> buses) {
        return buses.stream().filter(bus -> posting.isFor(bus.properties())).toList();
    }

    @Override
    public void close() {
        whiteboard.handlers().removeListener(onChange);
        whiteboard.filters().removeListener(onChange);
    }
}
