package org.slimta.bus.impl.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slimta.bus.impl.status.BusKind;

/** Recognizes the PIDs of configurations that were meant to make a bus, but make none because of their name. */
final class PidSpelling {

    private static final String PREFIX = "org.slimta.bus";
    private static final List<String> FACTORY_PIDS =
            Stream.of(BusKind.values()).map(kind -> PREFIX + "." + kind.label()).toList();
    private static final Pattern SEPARATOR = Pattern.compile("[.~_-]");
    private static final Pattern LAST_SEPARATOR = Pattern.compile("[.~_-](?=[^.~_-]*$)");

    private PidSpelling() {}

    /** {@return whether a configuration has the PID of a kind of bus, as only a factory configuration should} */
    static boolean isSingleton(String pid) {
        return FACTORY_PIDS.contains(pid);
    }

    /**
     * Explains why a configuration makes no bus although it was meant to.
     *
     * @param factoryPid its factory PID, or null
     * @param pid its PID
     * @return what is wrong with its name, and what to do; null if it makes a bus, or was not meant to
     */
    static String problem(String factoryPid, String pid) {
        if (factoryPid == null && isSingleton(pid)) {
            return "it has the PID " + pid + " without a name behind it, so that there could be only one of it. "
                    + advice(pid);
        }
        String name = factoryPid == null ? pid : factoryPid;
        if (FACTORY_PIDS.contains(name)) {
            return null;
        }
        String what = factoryPid == null ? "its PID is " + pid : "its factory PID is " + factoryPid;
        if (name.equalsIgnoreCase(PREFIX)) {
            return what + ", which is not a kind of bus; the kinds are " + String.join(", ", FACTORY_PIDS) + ". "
                    + advice(PREFIX + ".server");
        }
        String meant = meant(name);
        return meant == null
                ? null
                : what + ", which is not a kind of bus; did you mean the factory PID " + meant + "? " + advice(meant);
    }

    private static String advice(String factoryPid) {
        return "In Karaf, name the file " + factoryPid + "-NAME.cfg, with a NAME of your choice";
    }

    /** {@return the factory PID that was probably meant, or null} */
    private static String meant(String name) {
        String whole = alike(name);
        if (whole != null) {
            return whole;
        }
        // A name follows, but not behind a dash: org.slimta.bus.server.relay.
        String[] parts = LAST_SEPARATOR.split(name, 2);
        return parts.length == 2 ? alike(parts[0]) : null;
    }

    private static String alike(String name) {
        return FACTORY_PIDS.stream()
                .filter(pid -> Spelling.isLike(name, pid) || isKindOf(name, pid))
                .findFirst()
                .orElse(null);
    }

    /** Whether a name ends with the kind of a bus, and the rest of it is a part of what comes before the kind. */
    private static boolean isKindOf(String name, String pid) {
        String[] words = SEPARATOR.split(name.toLowerCase(Locale.ROOT));
        String kind = pid.substring(PREFIX.length() + 1);
        if (words.length < 2 || words.length > 4 || !Spelling.isLike(words[words.length - 1], kind)) {
            return false;
        }
        String rest = String.join(".", List.of(words).subList(0, words.length - 1));
        return (rest.contains("slimta") && PREFIX.contains(rest)) || Spelling.isLike(rest, PREFIX);
    }
}
