package org.slimta.bus.bench.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slimta.bus.bench.work.Sample;
import org.slimta.bus.bench.work.Work;

/** The results of all works. */
public final class Results {

    private final Map<Work, Map<String, Sample>> samples = new EnumMap<>(Work.class);
    private final Map<String, IdleCost> idleCosts = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> absences = new ArrayList<>();

    /**
     * Adds the result of a contestant.
     *
     * @param work the work
     * @param name the contestant
     * @param sample the medians
     */
    public void add(Work work, String name, Sample sample) {
        samples.computeIfAbsent(work, key -> new LinkedHashMap<>()).put(name, sample);
    }

    /**
     * Adds the cost of idle connections.
     *
     * @param name the contestant
     * @param cost the cost
     */
    public void add(String name, IdleCost cost) {
        idleCosts.put(name, cost);
    }

    /**
     * Adds a failure.
     *
     * @param work the work
     * @param name the contestant
     * @param why the cause
     */
    public void addFailure(Work work, String name, String why) {
        failures.add(work.title() + " " + name + ": " + why);
    }

    /**
     * Adds a note about the figures.
     *
     * @param note one line
     */
    public void addNote(String note) {
        notes.add(note);
    }

    /**
     * Adds a contestant that is left out.
     *
     * @param name the contestant
     * @param why what it needs and this machine has not
     */
    public void addAbsence(String name, String why) {
        absences.add(name + ": " + why);
    }

    List<String> absences() {
        return absences;
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

    /** {@return a line for each failure} */
    public List<String> failures() {
        return failures;
    }
}
