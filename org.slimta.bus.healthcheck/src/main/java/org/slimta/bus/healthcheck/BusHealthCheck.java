package org.slimta.bus.healthcheck;

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
 * Health check {@code slimta.bus}. It is critical if a configuration was rejected or a configured bus is not ready. It
 * warns of rejected codecs, handlers and filters, and of queues that are more than 80 % full. Each finding is one line.
 * Does not block; thread-safe.
 */
@Component(
        service = HealthCheck.class,
        property = {HealthCheck.NAME + "=slimta.bus", HealthCheck.TAGS + "=slimta-bus"})
public final class BusHealthCheck implements HealthCheck {

    private static final String READY = "ready";
    private static final String CONFIGURATION = "configuration";
    private static final int ALMOST_FULL_PERCENT = 80;
    private static final int FULL_PERCENT = 100;

    private final BusRuntime runtime;

    /**
     * Creates the check.
     *
     * @param runtime reports the buses and rejections, not null
     */
    @Activate
    public BusHealthCheck(@Reference BusRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Result execute() {
        RuntimeDTO all = runtime.getRuntimeDTO();
        FormattingResultLog log = new FormattingResultLog();
        int configured = 0;
        for (RejectedDTO rejected : all.rejected) {
            check(rejected, log);
        }
        for (BusDTO bus : all.buses) {
            check(bus, log);
            configured += bus.pid == null ? 0 : 1;
        }
        log.info("Buses: {}, of which {} configured", all.buses.length, configured);
        return new Result(log);
    }

    private static void check(RejectedDTO rejected, FormattingResultLog log) {
        if (rejected.kind.equals(CONFIGURATION)) {
            log.critical("Configuration {} was rejected: {}", rejected.id, rejected.reason);
        } else {
            log.warn(
                    "The {} of bundle {} (service {}) was rejected: {}",
                    rejected.kind,
                    rejected.bundle,
                    rejected.id,
                    rejected.reason);
        }
    }

    private static void check(BusDTO bus, FormattingResultLog log) {
        if (bus.pid != null && !READY.equals(bus.state)) {
            String reason = bus.waitingFor == null ? "" : ": " + bus.waitingFor;
            log.critical("Bus {} is not ready ({}){}", bus.name, bus.state, reason);
        }
        if ((long) bus.queued * FULL_PERCENT > (long) bus.queueSize * ALMOST_FULL_PERCENT) {
            log.warn(
                    "The queue of bus {} is almost full: {} of {} transactions wait to be received",
                    bus.name,
                    bus.queued,
                    bus.queueSize);
        }
    }
}
