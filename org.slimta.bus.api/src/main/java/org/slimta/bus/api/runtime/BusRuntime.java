package org.slimta.bus.api.runtime;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells what buses, codecs, handlers and filters there are, how the buses fare, and what was rejected and why. A service of
 * the provider. Thread-safe.
 */
@ProviderType
public interface BusRuntime {

    /**
     * Takes a snapshot. Does not block. It costs some microseconds for each bus, so it may be taken every second.
     *
     * @return a new snapshot, the caller's own; never null
     */
    RuntimeDTO getRuntimeDTO();
}
