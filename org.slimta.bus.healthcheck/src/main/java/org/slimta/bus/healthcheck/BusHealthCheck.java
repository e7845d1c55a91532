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
 * Health check {@code slimta.bus}. It is critical if a configuration was rejected, or a configured bus is not ready. It warns
 * of codecs, handlers and filters that were rejected, and of queues that are more than 80 % full. Each finding is one line.
 */
@Component(
        service = HealthCheck.class,
        property = {HealthCheck.NAME + "=slimta.bus", HealthCheck.TAGS + "=slimta-bus"})
public final class BusHealthCheck implements HealthCheck {

    private static final String READY = "ready";
    private static final String CONFIGURATION = "configuration";
    private static final int FULL_PERCENT = 80;
    private static final int ALL_PERCENT = 100;

    private final BusRuntime runtime;

    /**
     * The check.
     *
     * @param runtime tells what there is, not null
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
            log.critical("The configuration {} is rejected: {}", rejected.id, rejected.reason);
        } else {
            log.warn(
                    "The {} of bundle {}, service {}, is rejected: {}",
                    rejected.kind,
                    rejected.bundle,
                    rejected.id,
                    rejected.reason);
        }
    }

    private static void check(BusDTO bus, FormattingResultLog log) {
        if (bus.pid != null && !READY.equals(bus.state)) {
            String why = bus.waitingFor == null ? "" : ", it waits for " + bus.waitingFor;
            log.critical("The bus {} is not ready but {}{}", bus.name, bus.state, why);
        }
        if ((long) bus.queued * ALL_PERCENT > (long) bus.queueSize * FULL_PERCENT) {
            log.warn(
                    "The queue of the bus {} is almost full: {} of {}, it waits for its receiver",
                    bus.name,
                    bus.queued,
                    bus.queueSize);
        }
    }
}
