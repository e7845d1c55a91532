package org.slimta.bus.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slimta.bus.bench.Child.Failure;
import org.slimta.bus.bench.contestant.Contestants;
import org.slimta.bus.bench.report.IdleCost;
import org.slimta.bus.bench.report.Results;
import org.slimta.bus.bench.work.Sample;
import org.slimta.bus.bench.work.Work;

/** Has the contestants take turns, A B C A B C, so that what disturbs the machine disturbs all. */
final class Tournament {

    private static final List<Work> HEATING = List.of(Work.SMALL_64_CALLERS, Work.SMALL_64);
    private static final List<Work> LOCAL_HEATING = List.of(Work.LOCAL_1, Work.LOCAL_64);
    private static final int BESIDE = 1_000;
    private static final int WEIGHED = 5_000;
    private static final int SPARE = 100;

    private final Pace pace;
    private final RunningContestants entrants;
    private final Results results;
    private final PrintStream progress;

    Tournament(Pace pace, RunningContestants entrants, Results results, PrintStream progress) {
        this.pace = pace;
        this.entrants = entrants;
        this.results = results;
        this.progress = progress;
    }

    void play(List<Work> works, List<String> names) {
        for (Work work : works) {
            List<String> able = names.stream()
                    .filter(name -> Contestants.of(name).abilities().contains(work.ability()))
                    .toList();
            if (work == Work.IDLE) {
                idle(able);
            } else {
                rounds(work, able);
            }
        }
    }

    private void rounds(Work work, List<String> able) {
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        able.forEach(name -> samples.put(name, new ArrayList<>()));
        if (work == Work.CONNECT) {
            heatBy(work, samples.keySet()); // To open and to close connections is code that no other work runs.
        }
        for (int round = 1 - pace.warmUps(); round <= pace.rounds(); round++) {
            StringBuilder line = new StringBuilder();
            for (String name : List.copyOf(samples.keySet())) {
                try {
                    Sample sample = ready(name, work).run(work, pace.millis());
                    line.append(String.format(
                            Locale.ROOT, "  %s " + work.unit().format(), name, sample.rate() * work.unit().perTransaction()));
                    if (round > 0) {
                        samples.get(name).add(sample);
                    }
                } catch (Failure e) {
                    failed(work, name, e);
                    samples.remove(name);
                }
            }
            progress.println(work.title() + " " + round(round) + line);
        }
        samples.forEach((name, measured) -> results.add(work, name, Sample.median(measured)));
    }

    private void heatBy(Work work, Set<String> names) {
        for (String name : List.copyOf(names)) {
            try {
                heat(ready(name, work), name, work);
            } catch (Failure e) {
                failed(work, name, e);
                names.remove(name);
            }
        }
    }

    /** Its JVMs; new ones have compiled what they need when they take part. */
    private ContestantJvms ready(String name, Work work) throws Failure {
        ContestantJvms running = entrants.running(name, work);
        if (running != null) {
            return running;
        }
        ContestantJvms started = entrants.start(name, work);
        for (Work way : work.isLocal() ? LOCAL_HEATING : HEATING) {
            heat(started, name, way);
        }
        return started;
    }

    private void heat(ContestantJvms entrant, String name, Work way) throws Failure {
        if (!Contestants.of(name).abilities().contains(way.ability())) {
            return;
        }
        Heating heating = new Heating(pace.heating(), pace.longestHeating());
        while (heating.isNeeded()) {
            heating.add(entrant.run(way, Heating.ROUND));
        }
        progress.println("heating  " + name + " by " + way.title() + ": " + heating);
        if (heating.isCutShort()) {
            results.addNote(name + " was still getting faster when it was measured: " + heating + " by " + way.title());
        }
    }

    private String round(int round) {
        return round > 0 ? round + "/" + pace.rounds() : "warm-up";
    }

    private void failed(Work work, String name, Failure failure) {
        progress.println(work.title() + ": " + name + " failed: " + failure.getMessage());
        results.addFailure(work, name, failure.getMessage());
        entrants.end(name, work);
    }

    private void idle(List<String> able) {
        for (String name : able) {
            try {
                ContestantJvms entrant = ready(name, Work.IDLE);
                long descriptors = entrant.serverDescriptors() + SPARE;
                List<Sample> alone = new ArrayList<>();
                List<Sample> beside = new ArrayList<>();
                for (int round = 1 - pace.warmUps(); round <= pace.rounds(); round++) {
                    Sample without = entrant.run(Work.IDLE, pace.millis());
                    entrant.openIdle(BESIDE, IdleConnections.USED);
                    Sample with = entrant.run(Work.IDLE, pace.millis());
                    entrant.closeIdle();
                    if (round > 0) {
                        alone.add(without);
                        beside.add(with);
                    }
                    progress.printf(
                            "idle %s  %s alone %,.0f  beside %,d %,.0f%n",
                            round(round), name, without.rate(), BESIDE, with.rate());
                }
                double unused = weigh(entrant, descriptors, IdleConnections.UNUSED);
                double used = weigh(entrant, descriptors, IdleConnections.USED);
                progress.printf("idle %s  heap for each %,.0f unused, %,.0f used%n", name, unused, used);
                results.add(
                        name, new IdleCost(Sample.median(alone).rate(), Sample.median(beside).rate(), unused, used));
            } catch (Failure e) {
                failed(Work.IDLE, name, e);
            }
        }
    }

    private static double weigh(ContestantJvms entrant, long descriptors, String kind) throws Failure {
        long before = entrant.serverHeap(0, descriptors);
        entrant.openIdle(WEIGHED, kind);
        long after = entrant.serverHeap(WEIGHED, Long.MAX_VALUE);
        entrant.closeIdle();
        return (after - before) / (double) WEIGHED;
    }
}
