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

/** Measures the contestants in turns, A B C A B C, so that a disturbance of the machine affects all of them. */
final class Tournament {

    private static final List<Work> WARM_UP = List.of(Work.SMALL_64_CALLERS, Work.SMALL_64);
    private static final List<Work> LOCAL_WARM_UP = List.of(Work.LOCAL_1, Work.LOCAL_64);
    private static final int IDLE_BESIDE = 1_000;
    private static final int IDLE_FOR_HEAP = 5_000;
    private static final int SPARE_DESCRIPTORS = 100;

    private final Pace pace;
    private final RunningContestants running;
    private final Results results;
    private final PrintStream progress;

    Tournament(Pace pace, RunningContestants running, Results results, PrintStream progress) {
        this.pace = pace;
        this.running = running;
        this.results = results;
        this.progress = progress;
    }

    void measure(List<Work> works, List<String> names) {
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
            warmUpBy(work, samples.keySet()); // No other work runs the code that opens and closes connections.
        }
        for (int round = 1 - pace.warmUpRounds(); round <= pace.rounds(); round++) {
            StringBuilder line = new StringBuilder();
            for (String name : List.copyOf(samples.keySet())) {
                try {
                    Sample sample = ready(name, work).run(work, pace.millis());
                    line.append(String.format(
                            Locale.ROOT,
                            "  %s " + work.unit().format(),
                            name,
                            sample.rate() * work.unit().perTransaction()));
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

    private void warmUpBy(Work work, Set<String> names) {
        for (String name : List.copyOf(names)) {
            try {
                warmUp(ready(name, work), name, work);
            } catch (Failure e) {
                failed(work, name, e);
                names.remove(name);
            }
        }
    }

    /** The JVMs of a contestant; new ones are warmed up first. */
    private ContestantJvms ready(String name, Work work) throws Failure {
        ContestantJvms jvms = running.get(name, work);
        if (jvms != null) {
            return jvms;
        }
        ContestantJvms started = running.start(name, work);
        for (Work way : work.isLocal() ? LOCAL_WARM_UP : WARM_UP) {
            warmUp(started, name, way);
        }
        return started;
    }

    private void warmUp(ContestantJvms jvms, String name, Work way) throws Failure {
        if (!Contestants.of(name).abilities().contains(way.ability())) {
            return;
        }
        WarmUp warmUp = new WarmUp(pace.minWarmUpMillis(), pace.maxWarmUpMillis());
        while (warmUp.isNeeded()) {
            warmUp.add(jvms.run(way, WarmUp.ROUND_MILLIS));
        }
        progress.println("warm-up  " + name + " by " + way.title() + ": " + warmUp);
        if (warmUp.isCutShort()) {
            results.addNote(name + " was still getting faster when it was measured: " + warmUp + " by " + way.title());
        }
    }

    private String round(int round) {
        return round > 0 ? round + "/" + pace.rounds() : "warm-up";
    }

    private void failed(Work work, String name, Failure failure) {
        progress.println(work.title() + ": " + name + " failed: " + failure.getMessage());
        results.addFailure(work, name, failure.getMessage());
        running.end(name, work);
    }

    private void idle(List<String> able) {
        for (String name : able) {
            try {
                ContestantJvms jvms = ready(name, Work.IDLE);
                long descriptors = jvms.serverDescriptors() + SPARE_DESCRIPTORS;
                List<Sample> alone = new ArrayList<>();
                List<Sample> beside = new ArrayList<>();
                for (int round = 1 - pace.warmUpRounds(); round <= pace.rounds(); round++) {
                    Sample without = jvms.run(Work.IDLE, pace.millis());
                    jvms.openIdle(IDLE_BESIDE, IdleConnections.USED);
                    Sample with = jvms.run(Work.IDLE, pace.millis());
                    jvms.closeIdle();
                    if (round > 0) {
                        alone.add(without);
                        beside.add(with);
                    }
                    progress.printf(
                            "idle %s  %s alone %,.0f  beside %,d %,.0f%n",
                            round(round), name, without.rate(), IDLE_BESIDE, with.rate());
                }
                double unused = heapPerConnection(jvms, descriptors, IdleConnections.UNUSED);
                double used = heapPerConnection(jvms, descriptors, IdleConnections.USED);
                progress.printf("idle %s  heap per connection %,.0f unused, %,.0f used%n", name, unused, used);
                results.add(
                        name,
                        new IdleCost(
                                Sample.median(alone).rate(),
                                Sample.median(beside).rate(),
                                unused,
                                used));
            } catch (Failure e) {
                failed(Work.IDLE, name, e);
            }
        }
    }

    private static double heapPerConnection(ContestantJvms jvms, long descriptors, String kind) throws Failure {
        long before = jvms.serverHeap(0, descriptors);
        jvms.openIdle(IDLE_FOR_HEAP, kind);
        long after = jvms.serverHeap(IDLE_FOR_HEAP, Long.MAX_VALUE);
        jvms.closeIdle();
        return (after - before) / (double) IDLE_FOR_HEAP;
    }
}
