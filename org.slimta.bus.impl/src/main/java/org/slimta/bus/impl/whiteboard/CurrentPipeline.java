package org.slimta.bus.impl.whiteboard;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.text.Described;

/**
 * The pipeline of one bus, which is resolved again whenever one of its parts was added or removed, and its retired
 * predecessors for as long as transactions run through them. Resolving loads classes, which may block and call back. So
 * it is done without a lock, once for the same parts, and its result counts only if the parts are still the same
 * afterwards. Thread-safe.
 */
final class CurrentPipeline {

    private static final MissingDependency RESOLVING = new MissingDependency(
            MissingDependency.What.RESOLUTION, "its handler, filters and codecs are being resolved");

    private final Whiteboard whiteboard;
    private final Codecs codecs;
    private final Set<Pipeline> retired = ConcurrentHashMap.newKeySet();
    private volatile PipelineSpec spec;
    private volatile Pipeline pipeline;
    private volatile MissingDependency missing = RESOLVING;
    private volatile long missingSince = System.nanoTime();
    private PipelineParts parts; // Those of the pipeline, or those that some thread is resolving. Guarded by this.
    private boolean closed; // Guarded by this.

    CurrentPipeline(PipelineSpec spec, Whiteboard whiteboard, Codecs codecs) {
        this.spec = spec;
        this.whiteboard = whiteboard;
        this.codecs = codecs;
    }

    PipelineSpec spec() {
        return spec;
    }

    void setSpec(PipelineSpec newSpec) {
        spec = newSpec;
    }

    /** {@return what new transactions run through, or null} */
    Pipeline pipeline() {
        return pipeline;
    }

    /** {@return why there is no pipeline, or null if there is one} */
    MissingDependency missing() {
        return pipeline == null ? missing : null;
    }

    /** {@return the time of {@link System#nanoTime()} from which on there was no pipeline, if there is none} */
    long missingSince() {
        return missingSince;
    }

    /**
     * What to do after a change.
     *
     * @param retired whether the pipeline was retired because one of its parts was removed
     * @param toResolve the parts to resolve a pipeline from, or null
     */
    private record Change(boolean retired, PipelineParts toResolve) {}

    /**
     * Resolves the pipeline again. A pipeline that has lost a part is retired before: no transaction begins on it any
     * more.
     *
     * @return whether the pipeline has changed
     */
    boolean refresh() {
        Change change = detectChange();
        if (change.toResolve() == null) {
            return change.retired();
        }
        PipelineResolver resolver = new PipelineResolver(change.toResolve(), codecs);
        Pipeline resolved;
        MissingDependency stillMissing;
        try {
            resolved = resolver.resolve();
            stillMissing = resolver.missing();
        } catch (RuntimeException | Error e) {
            resolved = null;
            stillMissing = new MissingDependency(
                    MissingDependency.What.RESOLUTION,
                    "its handler, filters and codecs could not be resolved: " + Described.of(e));
        }
        return replace(change.toResolve(), resolved, stillMissing) || change.retired();
    }

    private synchronized Change detectChange() {
        if (closed) {
            return new Change(false, null);
        }
        PipelineParts found = PipelineParts.of(spec, whiteboard, codecs);
        boolean broken = pipeline != null && !hasAllParts(pipeline);
        if (broken) {
            missing = RESOLVING;
            retire();
        } else if (found.areSameAs(parts)) {
            return new Change(false, null);
        }
        parts = found;
        return new Change(broken, found);
    }

    private boolean hasAllParts(Pipeline current) {
        return (current.handler() == null || whiteboard.handlers().contains(current.handler()))
                && current.filters().stream().allMatch(whiteboard.filters()::contains)
                && (current.downstream() == null
                        || spec.downstream() == null
                        || spec.downstream().client().get() == current.downstream())
                && current.hasCodecsOf(codecs);
    }

    private synchronized boolean replace(PipelineParts of, Pipeline resolved, MissingDependency stillMissing) {
        if (closed || of != parts || (resolved != null && resolved.isSameAs(pipeline))) {
            return false;
        }
        missing = stillMissing;
        retire();
        pipeline = resolved;
        return true;
    }

    /** Called under the lock. */
    private void retire() {
        Pipeline former = pipeline;
        if (former != null) {
            missingSince = System.nanoTime();
            pipeline = null;
            former.retire();
            retired.add(former);
        }
    }

    /** Retires the pipeline for good: no transaction begins any more. */
    synchronized void close() {
        closed = true;
        parts = null;
        retire();
    }

    /** Forgets the retired pipelines that no transaction runs through; returns whether none is left. */
    boolean removeDrained() {
        retired.removeIf(Pipeline::isEmpty);
        return retired.isEmpty();
    }

    /**
     * Waits until no transaction runs through certain retired pipelines, with {@link Pipeline#awaitEmpty}.
     *
     * @param part the part that is being removed; see {@link Pipeline#awaitEmpty}
     * @param isLeaving selects the retired pipelines to wait for
     * @param deadline a time of {@link System#nanoTime()}
     * @return whether all of them were empty in time
     */
    boolean awaitEmpty(Object part, Predicate<Pipeline> isLeaving, long deadline) {
        boolean all = true;
        for (Pipeline former : retired) {
            if (isLeaving.test(former)) {
                all &= former.awaitEmpty(part, deadline);
            }
        }
        removeDrained();
        return all;
    }
}
