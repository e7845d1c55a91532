package org.slimta.bus.impl.status;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.runtime.RejectedDTO;

/** Configurations and services that are not used, and why. Each reason is logged once. Thread-safe. */
@Component(service = Rejections.class, immediate = true)
public final class Rejections {

    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

    /** The kinds of things that can be rejected. */
    public enum Kind {
        /** A configuration of a bus. */
        CONFIGURATION,
        /** A codec service. */
        CODEC,
        /** A handler service. */
        HANDLER,
        /** A filter service. */
        FILTER,
        /** An observer service. */
        OBSERVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Key(Kind kind, String id) {}

    /** A rejection. For a configuration it has the name and the kind of the bus, as far as they are known. */
    private record Rejected(String bundle, String busName, String busKind, String reason, List<String> mistakes) {}

    private final Map<Key, Rejected> rejected = new ConcurrentHashMap<>();

    /** Creates an empty list. */
    @Activate
    public Rejections() {}

    /**
     * Adds or replaces the rejection of a service.
     *
     * @param kind what is rejected, not null
     * @param id its service id, not null
     * @param bundle the symbolic name of its bundle, or null
     * @param reason what is wrong, and what to do about it, not null
     */
    public void add(Kind kind, String id, String bundle, String reason) {
        put(kind, id, new Rejected(bundle, null, null, reason, List.of(reason)));
    }

    /**
     * Adds or replaces the rejection of a configuration.
     *
     * @param pid its PID, not null
     * @param busName the name of the bus, or null if it has none
     * @param busKind the kind of the bus, or null if unknown
     * @param reason what is wrong, and what to do about it, not null
     * @param mistakes what is wrong, one text for each mistake, not null; copied
     */
    public void addConfiguration(String pid, String busName, String busKind, String reason, List<String> mistakes) {
        put(Kind.CONFIGURATION, pid, new Rejected(null, busName, busKind, reason, List.copyOf(mistakes)));
    }

    private void put(Kind kind, String id, Rejected now) {
        String bundle = now.bundle();
        String reason = now.reason();
        if (!Objects.equals(rejected.put(new Key(kind, id), now), now)) {
            LOG.error("The {} {}{} is not used: {}", kind, id, bundle == null ? "" : " of bundle " + bundle, reason);
        }
    }

    /**
     * Removes a rejection, since the configuration or service is used now or has gone.
     *
     * @param kind what was rejected, not null
     * @param id its PID or its service id, not null
     */
    public void remove(Kind kind, String id) {
        Rejected before = rejected.remove(new Key(kind, id));
        if (before != null) {
            LOG.info("The {} {} is not rejected any more: it was corrected, or has gone", kind, id);
        }
    }

    /**
     * Returns why the configuration of a bus is rejected.
     *
     * @param name the name of the bus, not null
     * @return the reason, or null if no rejected configuration has that name
     */
    public String ofBus(String name) {
        return rejected.values().stream()
                .filter(each -> name.equals(each.busName()))
                .map(Rejected::reason)
                .findFirst()
                .orElse(null);
    }

    /** {@return a snapshot of all rejections, sorted by kind and id} */
    public List<RejectedDTO> report() {
        return rejected.entrySet().stream()
                .map(entry -> {
                    RejectedDTO dto = new RejectedDTO();
                    dto.kind = entry.getKey().kind().toString();
                    dto.id = entry.getKey().id();
                    dto.bundle = entry.getValue().bundle();
                    dto.busName = entry.getValue().busName();
                    dto.busKind = entry.getValue().busKind();
                    dto.reason = entry.getValue().reason();
                    dto.mistakes = entry.getValue().mistakes().toArray(String[]::new);
                    return dto;
                })
                .sorted(Comparator.comparing((RejectedDTO dto) -> dto.kind).thenComparing(dto -> dto.id))
                .toList();
    }
}
