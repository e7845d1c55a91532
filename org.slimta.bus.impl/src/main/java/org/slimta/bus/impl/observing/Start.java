package org.slimta.bus.impl.observing;

import java.time.Duration;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.Peer;
import org.slimta.bus.api.TransactionObservation;
import org.slimta.bus.api.TransactionStart;

/** What one observer gets to know of the beginning of a transaction. */
record Start(
        Role role,
        String busName,
        String busKind,
        Peer peer,
        String target,
        int requestCount,
        Headers headers,
        long queuedNanos,
        TransactionObservation parent)
        implements TransactionStart {

    @Override
    public Duration queued() {
        return Duration.ofNanos(queuedNanos);
    }

    Start withParent(TransactionObservation newParent) {
        return newParent == parent
                ? this
                : new Start(role, busName, busKind, peer, target, requestCount, headers, queuedNanos, newParent);
    }
}
