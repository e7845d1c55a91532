package org.slimta.bus.shell;

import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slimta.bus.api.runtime.BusDTO;

/** How the figures of a bus are written. */
final class Format {

    private static final int MILLI = 1_000;
    private static final int SECOND = 1_000_000;

    private Format() {}

    static long failed(BusDTO bus) {
        return bus.failed.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many connections are not read for which reasons, or null if all are read. */
    static String notRead(BusDTO bus) {
        return bus.notRead.isEmpty()
                ? null
                : new TreeMap<>(bus.notRead)
                        .entrySet().stream()
                                .map(each -> each.getValue() + " (" + each.getKey() + ")")
                                .collect(Collectors.joining(", "));
    }

    /** How many wait and how many may, or null if nothing can. */
    static String queue(BusDTO bus) {
        return bus.queueSize == 0 ? null : bus.queued + "/" + bus.queueSize;
    }

    /** Microseconds with a unit that suits them, or null if there are none. */
    static String latency(long micros) {
        if (micros < 0) {
            return null;
        }
        if (micros < MILLI) {
            return micros + " us";
        }
        return micros < SECOND
                ? String.format(Locale.ROOT, "%.1f ms", (double) micros / MILLI)
                : String.format(Locale.ROOT, "%.2f s", (double) micros / SECOND);
    }
}
