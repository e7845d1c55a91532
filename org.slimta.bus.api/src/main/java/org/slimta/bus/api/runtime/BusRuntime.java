package org.slimta.bus.api.runtime;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Reports the buses with their statistics, the codecs, handlers and filters, and what was rejected and why. A service
 * of the provider. Thread-safe.
 */
@ProviderType
public interface BusRuntime {

    /**
     * Takes a snapshot. Does not block. A snapshot costs some microseconds for each bus, so it can be taken every
     * second.
     *
     * @return a new snapshot, which the caller owns; never null
     */
    RuntimeDTO getRuntimeDTO();
}
