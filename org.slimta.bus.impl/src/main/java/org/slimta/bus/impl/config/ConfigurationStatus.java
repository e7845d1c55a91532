package org.slimta.bus.impl.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.Rejections;

/** What of the configuration of a bus is not in force, and which of its names are not settings. Thread-safe. */
final class ConfigurationStatus {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationStatus.class);

    private final String pid;
    private final String kind;
    private final Set<String> logged = new TreeSet<>(); // Guarded by this.
    private volatile String busName;
    private volatile InvalidConfigurationException invalid;
    private volatile String inapplicable;
    private volatile Map<String, Object> others = Map.of();

    ConfigurationStatus(String pid, String kind) {
        this.pid = pid;
        this.kind = kind;
    }

    /** The present configuration has this name of the bus, or null. It may be invalid. */
    void named(Object newName) {
        busName = newName == null ? null : Settings.describe(newName);
    }

    /** The present configuration is invalid. */
    void invalid(InvalidConfigurationException problem) {
        invalid = problem;
    }

    /**
     * The present configuration is valid. Names that are not settings are logged once, however often the configuration
     * changes.
     *
     * @param newOthers what is not a setting, with its values
     */
    void valid(Map<String, Object> newOthers) {
        invalid = null;
        others = newOthers;
        List<String> unlogged;
        synchronized (this) {
            unlogged = newOthers.keySet().stream().sorted().filter(logged::add).toList();
        }
        if (!unlogged.isEmpty()) {
            LOG.info(
                    "The configuration {} of the {} {} has names that are not settings of this kind of bus: {}. They become"
                            + " properties of its services and change nothing else",
                    pid,
                    kind,
                    busName,
                    String.join(", ", unlogged));
        }
    }

    /** The present configuration is valid, but cannot be applied now. */
    void inapplicable(String reason) {
        inapplicable = reason;
    }

    /** {@return whether the last valid configuration could not be applied before} It is in force now. */
    boolean applied() {
        boolean before = inapplicable != null;
        inapplicable = null;
        return before;
    }

    /** {@return the present configuration if it is invalid and requests TLS; otherwise null} */
    InvalidConfigurationException invalidTls() {
        InvalidConfigurationException problem = invalid;
        return problem != null && problem.isRequestingTls() ? problem : null;
    }

    /** {@return why the present configuration is not in force, or null if it is} */
    String problem() {
        InvalidConfigurationException problem = invalid;
        return problem != null ? problem.getMessage() : inapplicable;
    }

    /**
     * Rejects the present configuration if it is not in force.
     *
     * @param rejections what is rejected
     * @param consequence what that means for the bus; null if the configuration was deleted
     */
    void report(Rejections rejections, String consequence) {
        String problem = problem();
        if (PidSpelling.isSingleton(pid)) {
            return; // MisnamedConfigurations rejects it.
        }
        if (problem == null || consequence == null) {
            rejections.remove(Rejections.Kind.CONFIGURATION, pid);
        } else {
            rejections.addConfiguration(pid, busName, kind, problem + consequence, mistakes(problem));
        }
    }

    /** {@return whether the value may be a secret, perhaps of a setting whose name is misspelled} */
    private static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.contains("pass") || lower.contains("secret") || lower.contains("token");
    }

    /** {@return the mistakes in an invalid configuration one by one; otherwise the problem} */
    private List<String> mistakes(String problem) {
        InvalidConfigurationException mistakes = invalid;
        return mistakes == null ? List.of(problem) : mistakes.problems();
    }

    /** Reports it, except for what {@code waitingFor} says already. */
    void report(BusDTO bus) {
        String problem = problem();
        if (problem != null && !problem.equals(bus.waitingFor)) {
            bus.problem = problem;
        }
        Map<String, String> custom = new TreeMap<>();
        others.forEach((name, value) -> custom.put(name, isSecret(name) ? "(not shown)" : Settings.describe(value)));
        bus.customProperties = custom;
    }
}
