package org.slimta.bus.spi;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** A server or client that exists while its configuration does. Thread-safe; the methods do not block. */
@ProviderType
public interface ConfiguredEnd {

    /**
     * The configuration has changed. Changed settings of the carrier close the end, drained, and open it again; all others are
     * applied to the open end. If the new configuration is invalid, the end continues with its previous settings.
     *
     * @param configuration the configuration
     */
    void modified(Map<String, Object> configuration);

    /**
     * The configuration was deleted, or the bundle of the carrier stops. A second call has no effect.
     *
     * @return completes when what was accepted has been answered, or its time is over, and everything is closed; a bundle that
     *     stops has to wait for that
     */
    CompletionStage<Void> close();
}
