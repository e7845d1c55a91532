package org.slimta.bus.impl.local;

import java.util.List;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.Headers;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.PendingTransaction;
import org.slimta.bus.impl.transaction.PendingTransactions;
import org.slimta.bus.impl.transaction.TimeLimit;

/** A transaction at its client, with the requests that its server receives. */
final class LocalTransaction<Q, R> extends PendingTransaction<R> {

    private final Inbox<Q, R> inbox;
    private final LocalArrival<Q, R> arrival;
    private final BusThreads threads;

    LocalTransaction(
            List<Q> requests,
            Headers headers,
            Inbox<Q, R> inbox,
            PendingTransactions pending,
            Failures failures,
            TimeLimit limit,
            BusThreads threads) {
        super(pending, failures, LocalPeer.INSTANCE.name(), limit, threads);
        this.inbox = inbox;
        this.threads = threads;
        this.arrival = new LocalArrival<>(requests, headers, this, failures);
    }

    LocalArrival<Q, R> arrival() {
        return arrival;
    }

    @Override
    protected boolean preventProcessing() {
        return arrival.drop();
    }

    @Override
    protected void ended(BusException failure) {
        if (arrival.isDropped()) {
            inbox.drop(arrival);
        } else {
            arrival.clientEnded(threads.failures());
            inbox.settled(arrival);
        }
        arrival.observedEnd(failure);
    }
}
