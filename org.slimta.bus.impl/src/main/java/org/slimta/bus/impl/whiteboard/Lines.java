package org.slimta.bus.impl.whiteboard;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.text.Described;

/**
 * The line of one bus, which is put together anew whenever a part may have come or gone; and those before it, as long as
 * something runs through them. Putting it together loads classes, which may block and call back: that is done under no lock,
 * and what was put together counts only if nothing has changed meanwhile. Thread-safe.
 */
final class Lines {

    private static final Lack CHANGING = new Lack(Lack.What.CHANGE, "its handler, filters and codecs are being looked for");

    private final Whiteboard whiteboard;
    private final Codecs codecs;
    private final Set<Line> retired = ConcurrentHashMap.newKeySet();
    private final AtomicInteger changes = new AtomicInteger();
    private volatile Plan plan;
    private volatile Line line;
    private volatile Lack lack = CHANGING;
    private volatile long lackingSince = System.nanoTime();
    private boolean closed;

    Lines(Plan plan, Whiteboard whiteboard, Codecs codecs) {
        this.plan = plan;
        this.whiteboard = whiteboard;
        this.codecs = codecs;
    }

    Plan plan() {
        return plan;
    }

    void setPlan(Plan newPlan) {
        plan = newPlan;
    }

    /** What transactions run through now, or null. */
    Line line() {
        return line;
    }

    /** Why there is no line, or null if there is one. */
    Lack lack() {
        return line == null ? lack : null;
    }

    /** Since when there is no line, if there is none. */
    long lackingSince() {
        return lackingSince;
    }

    /** Puts the line together anew. Nothing begins any more on one of which a part has gone. Tells whether there is another. */
    boolean refresh() {
        int change = changes.incrementAndGet();
        boolean broken = retireIfBroken();
        LineBuilder builder = new LineBuilder(plan, whiteboard, codecs);
        Line built;
        Lack missing;
        try {
            built = builder.build();
            missing = builder.lack();
        } catch (RuntimeException | Error e) {
            built = null;
            missing = new Lack(Lack.What.CHANGE, "its handler, filters and codecs could not be put together: " + Described.of(e));
        }
        return replace(change, built, missing) || broken;
    }

    private synchronized boolean retireIfBroken() {
        if (line == null || isWhole(line)) {
            return false;
        }
        lack = CHANGING;
        retire();
        return true;
    }

    private boolean isWhole(Line parts) {
        return (parts.handler() == null || whiteboard.handlers().contains(parts.handler()))
                && parts.filters().stream().allMatch(whiteboard.filters()::contains)
                && (parts.behind() == null || plan.behind() == null || plan.behind().get() == parts.behind())
                && parts.hasCodecsOf(codecs);
    }

    private synchronized boolean replace(int change, Line built, Lack missing) {
        if (closed || change != changes.get() || built != null && built.isSameAs(line)) {
            return false;
        }
        lack = missing;
        retire();
        line = built;
        return true;
    }

    private void retire() {
        Line before = line;
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
        retire();
    }

    /** Forgets those before through which nothing runs; tells whether that is all. */
    boolean areEmpty() {
        retired.removeIf(Line::isEmpty);
        return retired.isEmpty();
    }

    /**
     * Waits until nothing runs through those before that are leaving, by {@link Line#awaitEmpty}.
     *
     * @param part what the wait is for
     * @param deadline a time of {@link System#nanoTime()}
     * @return whether they were empty in time
     */
    boolean awaitEmpty(Object part, Predicate<Line> isLeaving, long deadline) {
        boolean all = true;
        for (Line before : retired) {
            if (isLeaving.test(before)) {
                all &= before.awaitEmpty(part, deadline);
            }
        }
        areEmpty();
        return all;
    }
}
