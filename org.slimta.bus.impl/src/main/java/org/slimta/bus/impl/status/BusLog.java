package org.slimta.bus.impl.status;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loggers of buses: {@code org.slimta.bus.} with the kind and the name of the bus, such as
 * {@code org.slimta.bus.server.relay}. Buses without a name share the logger of their kind, and so do those with a new
 * name after the first 1,000: logging systems keep loggers for ever, and a program may open any number of buses.
 */
public final class BusLog {

    private static final String PREFIX = "org.slimta.bus.";
    private static final int MAX_NAME_LENGTH = 100;

    private static final int MAX_LOGGERS = 1000;

    private static final Set<String> NAMES = ConcurrentHashMap.newKeySet();

    private BusLog() {}

    /**
     * Returns the logger of a bus.
     *
     * @param kind the kind of the bus
     * @param name the name of the bus, or null if it was given none
     * @return the logger
     */
    public static Logger of(String kind, String name) {
        return LoggerFactory.getLogger(limited(name(kind, name), PREFIX + kind, NAMES));
    }

    /** {@return the first name if it is known or there is room for it, else the other one} */
    static String limited(String logger, String otherwise, Set<String> known) {
        boolean isKnown = known.contains(logger) || (known.size() < MAX_LOGGERS && known.add(logger));
        return isKnown ? logger : otherwise;
    }

    /** {@return the name of the logger} Other characters than letters, digits, dots, hyphens and underscores become underscores. */
    static String name(String kind, String bus) {
        if (bus == null || bus.isEmpty()) {
            return PREFIX + kind;
        }
        StringBuilder name = new StringBuilder(PREFIX).append(kind).append('.');
        bus.codePoints().limit(MAX_NAME_LENGTH).forEach(character -> {
            boolean plain = Character.isLetterOrDigit(character) || ".-_".indexOf(character) >= 0;
            name.appendCodePoint(plain ? character : '_');
        });
        return name.toString();
    }
}
