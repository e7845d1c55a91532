package org.slimta.bus.impl.local;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusLog;
import org.slimta.bus.impl.status.TransactionHealth;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.Inbox;
import org.slimta.bus.impl.transaction.PendingTransactions;
import org.slimta.bus.impl.transaction.TimeLimit;

/** The client of a local bus. */
final class LocalClient<Q, R> implements CappedClient<Q, R> {

    private final Supplier<String> name;
    private final Supplier<LocalOptions> options;
    private final Inbox<Q, R> inbox;
    private final Failures failures;
    private final BusThreads threads;
    private final PendingTransactions pending;

    LocalClient(
            Supplier<String> name,
            Supplier<LocalOptions> options,
            Inbox<Q, R> inbox,
            Failures failures,
            BusThreads threads,
            Timer timer) {
        this.name = name;
        this.options = options;
        this.inbox = inbox;
        this.failures = failures;
        this.threads = threads;
        this.pending = new PendingTransactions(
                failures,
                timer,
                new TransactionHealth(
                        name, BusLog.of(BusKind.LOCAL.label(), options.get().name())));
    }

    @Override
    public String name() {
        return name.get();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers, long maxNanos)
            throws InterruptedException {
        Objects.requireNonNull(headers, "headers");
        List<Q> copy = List.copyOf(requests);
        LocalOptions now = options.get();
        Observed observed = pending.observers().sending(LocalPeer.INSTANCE.name(), copy.size(), headers);
        LocalTransaction<Q, R> transaction = new LocalTransaction<>(
                copy,
                observed == null ? headers : observed.headers(all -> {}),
                inbox,
                pending,
                failures,
                TimeLimit.of(now.responseTimeout(), maxNanos),
                threads);
        transaction.observe(observed);
        if (transaction.failIfUsedUp() || !pending.add(transaction)) {
            return transaction;
        }
        try {
            switch (inbox.offer(transaction.arrival(), now.sendTimeout())) {
                case FULL ->
                    transaction.fail(failures.of(
                            Reason.OVERLOADED,
                            "the queue of " + now.queueSize() + " transactions (queueSize) had no room within "
                                    + now.sendTimeout().toMillis() + " ms (sendTimeout)"));
                case CLOSED -> transaction.fail(failures.closed());
                case TAKEN, OVER -> {
                    // The server will answer, or the transaction has already ended.
                }
            }
        } catch (InterruptedException e) {
            transaction.fail(failures.interrupted(e));
            throw e;
        }
        return transaction;
    }

    void setObservers(BusObservers observers) {
        pending.setObservers(observers);
    }

    void report(BusDTO bus) {
        pending.report(bus);
    }

    void advance() {
        pending.advance();
    }

    boolean isClosed() {
        return pending.isClosed();
    }

    @Override
    public void close() {
        pending.close();
        inbox.wakeSenders();
        threads.close();
    }

    @Override
    public String toString() {
        return "client of local bus " + name.get();
    }
}
