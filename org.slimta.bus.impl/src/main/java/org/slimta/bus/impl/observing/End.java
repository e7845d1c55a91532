package org.slimta.bus.impl.observing;

import java.time.Duration;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.TransactionEnd;

/** How a transaction has ended. */
record End(BusException failure, long nanos, String target) implements TransactionEnd {

    @Override
    public Duration duration() {
        return Duration.ofNanos(nanos);
    }
}
