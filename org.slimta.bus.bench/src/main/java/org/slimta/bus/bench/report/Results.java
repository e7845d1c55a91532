package org.slimta.bus.bench.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.work.Sample;
import org.slimta.bus.bench.work.Work;

/** What was measured. */
public final class Results {

    private final Map<Work, Map<String, Sample>> samples = new EnumMap<>(Work.class);
    private final Map<String, IdleCost> idleCosts = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Nothing yet. */
    public Results() {}

    /**
     * Adds what a contestant reached.
     *
     * @param work at what
     * @param name who
     * @param sample its medians
     */
    public void add(Work work, String name, Sample sample) {
        samples.computeIfAbsent(work, key -> new LinkedHashMap<>()).put(name, sample);
    }

    /**
     * Adds what idle connections cost a contestant.
     *
     * @param name whom
     * @param cost how much
     */
    public void add(String name, IdleCost cost) {
        idleCosts.put(name, cost);
    }

    /**
     * Adds that somebody failed.
     *
     * @param work at what
     * @param name who
     * @param why why
     */
    public void addFailure(Work work, String name, String why) {
        failures.add(work.title() + " " + name + ": " + why);
    }

    /**
     * Adds something to be known about the figures.
     *
     * @param note a line
     */
    public void addNote(String note) {
        notes.add(note);
    }

    List<String> notes() {
        return notes;
    }

    Map<Work, Map<String, Sample>> samples() {
        return samples;
    }

    Map<String, IdleCost> idleCosts() {
        return idleCosts;
    }

    /**
     * Who failed.
     *
     * @return a line for each
     */
    public List<String> failures() {
        return failures;
    }
}
