package org.slimta.bus.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Measures several works in turn, A B C A B C, and gives the median of each: what disturbs the machine disturbs all. */
final class Rounds {

    private final Map<String, Work> works = new LinkedHashMap<>();

    Rounds add(String name, Work work) {
        works.put(name, work);
        return this;
    }

    Map<String, Double> run(int rounds, long millis) throws Exception {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int round = -2; round < rounds; round++) {
            for (Map.Entry<String, Work> work : works.entrySet()) {
                double rate = work.getValue().run(TimeUnit.MILLISECONDS.toNanos(millis));
                if (round >= 0) {
                    rates.computeIfAbsent(work.getKey(), name -> new ArrayList<>()).add(rate);
                }
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        rates.forEach((name, measured) -> {
            Collections.sort(measured);
            medians.put(name, measured.get(measured.size() / 2));
        });
        return medians;
    }
}
