package org.slimta.bus.shell;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slimta.bus.api.runtime.BusDTO;

/** Formats the figures of a bus. */
final class Format {

    private static final String WAITING = "waiting";
    private static final int MICROS_PER_MILLI = 1_000;
    private static final int MICROS_PER_SECOND = 1_000_000;

    private Format() {}

    /** {@return the number of failed transactions, for all reasons} */
    static long failures(Map<String, Long> failed) {
        return failed.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * {@return the state in a few words: for a bus that waits, whether it is open; and whether its present
     * configuration is in force}
     */
    static String state(BusDTO bus) {
        String state = WAITING.equals(bus.state) ? waiting(bus) : bus.state;
        String failing = bus.failingSince == 0 ? state : state + ", failing";
        return bus.problem == null ? failing : failing + ", not as configured";
    }

    private static String waiting(BusDTO bus) {
        if (bus.opened == 0) {
            return "waiting, not open";
        }
        boolean isForHandler = bus.waitingFor != null
                && bus.waitingFor.startsWith("there is no handler")
                && !bus.waitingFor.contains("there is no codec");
        return isForHandler ? "waiting for a handler" : "waiting, open";
    }

    /** {@return how many connections are not read, by reason, or null if all are read} */
    static String notRead(BusDTO bus) {
        return bus.notRead.isEmpty()
                ? null
                : new TreeMap<>(bus.notRead)
                        .entrySet().stream()
                                .map(paused -> connections(paused.getValue()) + " (" + paused.getKey() + ")")
                                .collect(Collectors.joining(", "));
    }

    private static String connections(int count) {
        return count + (count == 1 ? " connection" : " connections");
    }

    /** {@return how many transactions wait to be received and how many may, or null for a bus without a queue} */
    static String queue(BusDTO bus) {
        return bus.queueSize == 0 ? null : bus.queued + "/" + bus.queueSize;
    }

    /** {@return a number for each second, with one decimal} */
    static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.1f", perSecond);
    }

    /** {@return a latency in a suitable unit, or null for -1, which means that there is none} */
    static String latency(long micros) {
        if (micros < 0) {
            return null;
        }
        if (micros < MICROS_PER_MILLI) {
            return micros + " us";
        }
        return micros < MICROS_PER_SECOND
                ? String.format(Locale.ROOT, "%.1f ms", (double) micros / MICROS_PER_MILLI)
                : String.format(Locale.ROOT, "%.2f s", (double) micros / MICROS_PER_SECOND);
    }
}
