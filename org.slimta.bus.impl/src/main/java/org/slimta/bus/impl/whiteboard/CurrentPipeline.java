package org.slimta.bus.impl.whiteboard;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.text.Described;

/**
 * The line of one bus, which is put together anew whenever one of its parts has come or gone; and those before it, as long as
 * something runs through them. Putting it together loads classes, which may block and call back: that is done under no lock,
 * once for the same parts, and it counts only if the parts are still the same afterwards. Thread-safe.
 */
final class CurrentPipeline {

    private static final MissingDependency CHANGING = new MissingDependency(MissingDependency.What.CHANGE, "its handler, filters and codecs are being looked for");

    private final Whiteboard whiteboard;
    private final Codecs codecs;
    private final Set<Pipeline> retired = ConcurrentHashMap.newKeySet();
    private volatile PipelineSpec plan;
    private volatile Pipeline line;
    private volatile MissingDependency lack = CHANGING;
    private volatile long lackingSince = System.nanoTime();
    private PipelineParts parts; // What the line is made of, or is being made of by some thread.
    private boolean closed;

    CurrentPipeline(PipelineSpec plan, Whiteboard whiteboard, Codecs codecs) {
        this.plan = plan;
        this.whiteboard = whiteboard;
        this.codecs = codecs;
    }

    PipelineSpec plan() {
        return plan;
    }

    void setPlan(PipelineSpec newPlan) {
        plan = newPlan;
    }

    /** What transactions run through now, or null. */
    Pipeline line() {
        return line;
    }

    /** Why there is no line, or null if there is one. */
    MissingDependency lack() {
        return line == null ? lack : null;
    }

    /** Since when there is no line, if there is none. */
    long lackingSince() {
        return lackingSince;
    }

    /** What is to be done when something has changed. */
    private record Change(boolean broken, PipelineParts toBuild) {}

    /** Puts the line together anew. Nothing begins any more on one of which a part has gone. Tells whether there is another. */
    boolean refresh() {
        Change change = change();
        if (change.toBuild() == null) {
            return change.broken();
        }
        PipelineResolver builder = new PipelineResolver(change.toBuild(), codecs);
        Pipeline built;
        MissingDependency missing;
        try {
            built = builder.build();
            missing = builder.lack();
        } catch (RuntimeException | Error e) {
            built = null;
            missing = new MissingDependency(
                    MissingDependency.What.CHANGE, "its handler, filters and codecs could not be put together: " + Described.of(e));
        }
        return replace(change.toBuild(), built, missing) || change.broken();
    }

    private synchronized Change change() {
        if (closed) {
            return new Change(false, null);
        }
        PipelineParts found = PipelineParts.of(plan, whiteboard, codecs);
        boolean broken = line != null && !isWhole(line);
        if (broken) {
            lack = CHANGING;
            retire();
        } else if (found.areSameAs(parts)) {
            return new Change(false, null);
        }
        parts = found;
        return new Change(broken, found);
    }

    private boolean isWhole(Pipeline present) {
        return (present.handler() == null || whiteboard.handlers().contains(present.handler()))
                && present.filters().stream().allMatch(whiteboard.filters()::contains)
                && (present.behind() == null || plan.behind() == null || plan.behind().get() == present.behind())
                && present.hasCodecsOf(codecs);
    }

    private synchronized boolean replace(PipelineParts of, Pipeline built, MissingDependency missing) {
        if (closed || of != parts || built != null && built.isSameAs(line)) {
            return false;
        }
        lack = missing;
        retire();
        line = built;
        return true;
    }

    private void retire() {
        Pipeline before = line;
        if (before != null) {
            lackingSince = System.nanoTime();
            line = null;
            before.retire();
            retired.add(before);
        }
    }

    /** Nothing more begins. */
    synchronized void close() {
        closed = true;
        parts = null;
        retire();
    }

    /** Forgets those before through which nothing runs; tells whether that is all. */
    boolean areEmpty() {
        retired.removeIf(Pipeline::isEmpty);
        return retired.isEmpty();
    }

    /**
     * Waits until nothing runs through those before that are leaving, by {@link Pipeline#awaitEmpty}.
     *
     * @param part what the wait is for
     * @param deadline a time of {@link System#nanoTime()}
     * @return whether they were empty in time
     */
    boolean awaitEmpty(Object part, Predicate<Pipeline> isLeaving, long deadline) {
        boolean all = true;
        for (Pipeline before : retired) {
            if (isLeaving.test(before)) {
                all &= before.awaitEmpty(part, deadline);
            }
        }
        areEmpty();
        return all;
    }
}
