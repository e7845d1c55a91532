package org.slimta.bus.api;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** How a transaction has ended at one place. Immutable. */
@ProviderType
public interface TransactionEnd {

    /** {@return the failure with its reason, its outcome and its message; null if the transaction succeeded} */
    BusException failure();

    /**
     * {@return how long it took from its beginning at this place until its response or failure was there, never null; at a
     * client without the time that the response waited to be read}
     */
    Duration duration();

    /**
     * {@return for {@link TransactionStart.Role#CLIENT} the server that the requests were sent to last, {@code host:port}, or
     * {@code local}; the same as {@link TransactionStart#target()} for the others}
     */
    String target();
}
