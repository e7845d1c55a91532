package org.slimta.bus.healthcheck;

import java.time.Clock;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.api.runtime.BusRuntime;
import org.slimta.bus.api.runtime.RejectedDTO;
import org.slimta.bus.api.runtime.RuntimeDTO;

/**
 * Health check {@code slimta.bus}, with the tag {@code slimta-bus} and an MBean. Each finding is one sentence.
 *
 * <p>It is critical if a configuration was rejected or is not in force, if a configured bus is not ready, if a client
 * has failed for a minute and got no response in the last one, and if a certificate has expired. It warns of other
 * clients that have failed for a minute, of certificates that expire within 14 days, of queues and memory that are more
 * than 80 % full, and of rejected codecs, handlers and filters. Does not block; thread-safe.
 */
@Component(
        service = HealthCheck.class,
        property = {
            HealthCheck.NAME + "=slimta.bus",
            HealthCheck.TAGS + "=slimta-bus",
            HealthCheck.MBEAN_NAME + "=slimta.bus"
        })
public final class BusHealthCheck implements HealthCheck {

    private static final String CONFIGURATION = "configuration";

    private final BusRuntime runtime;
    private final Clock clock;

    /**
     * Creates the check.
     *
     * @param runtime reports the buses and rejections, not null
     */
    @Activate
    public BusHealthCheck(@Reference BusRuntime runtime) {
        this(runtime, Clock.systemDefaultZone());
    }

    BusHealthCheck(BusRuntime runtime, Clock clock) {
        this.runtime = runtime;
        this.clock = clock;
    }

    @Override
    public Result execute() {
        RuntimeDTO all = runtime.getRuntimeDTO();
        FormattingResultLog log = new FormattingResultLog();
        Set<String> withProblem = Arrays.stream(all.buses)
                .filter(bus -> bus.problem != null)
                .map(bus -> bus.pid)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        for (RejectedDTO rejected : all.rejected) {
            boolean isProblemOfBus = rejected.kind.equals(CONFIGURATION) && withProblem.contains(rejected.id);
            if (!isProblemOfBus) {
                check(rejected, log);
            }
        }
        for (BusDTO bus : all.buses) {
            new BusCheck(bus, clock, log).run();
        }
        log.info("{}", summary(all.buses));
        return new Result(log);
    }

    private static void check(RejectedDTO rejected, FormattingResultLog log) {
        if (rejected.kind.equals(CONFIGURATION)) {
            String bus = rejected.busName == null ? "" : " of the bus '" + rejected.busName + "'";
            log.critical(
                    "{}",
                    Sentence.of("The configuration '" + rejected.id + "'" + bus + " was rejected", rejected.reason));
        } else {
            log.warn(
                    "{}",
                    Sentence.of(
                            "The " + rejected.kind + " of the bundle '" + rejected.bundle + "' (service " + rejected.id
                                    + ") was rejected",
                            rejected.reason));
        }
    }

    private static String summary(BusDTO[] buses) {
        long configured = Arrays.stream(buses).filter(bus -> bus.pid != null).count();
        return switch (buses.length) {
            case 0 -> "There is no bus.";
            case 1 -> "There is 1 bus, which " + (configured == 1 ? "is configured." : "was opened by a bundle.");
            default -> "There are " + buses.length + " buses, " + configured + " of them configured.";
        };
    }
}
