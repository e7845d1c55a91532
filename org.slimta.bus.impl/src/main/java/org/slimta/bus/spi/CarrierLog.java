package org.slimta.bus.spi;

import org.osgi.annotation.versioning.ProviderType;
import org.slf4j.Logger;
import org.slimta.bus.impl.status.BoundedLog;

/** A log for what peers and networks cause: at most 20 lines a minute, each of bounded length. Thread-safe; throws nothing. */
@ProviderType
public final class CarrierLog {

    private final BoundedLog log;

    /**
     * Creates a log with a limit of its own.
     *
     * @param logger where it logs; not null
     */
    public CarrierLog(Logger logger) {
        this.log = new BoundedLog(logger);
    }

    /**
     * Logs what is as it should be.
     *
     * @param message what happened; not null
     */
    public void info(String message) {
        log.info(message);
    }

    /**
     * Logs a warning.
     *
     * @param message what happened, and what to do; not null
     */
    public void warn(String message) {
        log.warn(message, null);
    }

    /**
     * Logs that something failed.
     *
     * @param what what failed, without a full stop; not null
     * @param cause what was thrown; not null
     */
    public void failed(String what, Throwable cause) {
        log.failed(what, cause);
    }
}
