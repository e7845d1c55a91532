package org.slimta.bus.impl.observing;

import java.time.Duration;
import org.slimta.bus.impl.concurrent.LinkedMembers;
import org.slimta.bus.impl.concurrent.PeriodicCheck;
import org.slimta.bus.impl.concurrent.Timer;

/**
 * The observed transactions whose response has arrived and was not read. If it is not read in time, or never, the
 * transaction ends as a success for its observers. Thread-safe.
 */
final class UnreadResponses implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** A transaction whose response may be unread. */
    abstract static class Unread extends LinkedMembers.Member {

        /** Ends it, if its response has arrived and was not read in time. Must not block. */
        abstract void endIfUnread(long now);
    }

    private final LinkedMembers<Unread> transactions = new LinkedMembers<>();
    private final PeriodicCheck check;

    UnreadResponses(Timer timer) {
        this.check = new PeriodicCheck(timer, PAUSE, this::check);
    }

    void add(Unread transaction) {
        transactions.add(transaction);
        check.wake();
    }

    void remove(Unread transaction) {
        transactions.remove(transaction);
    }

    private long check() {
        long now = System.nanoTime();
        transactions.forEach(one -> PeriodicCheck.safely(() -> one.endIfUnread(now)));
        return transactions.isEmpty() ? PeriodicCheck.NOT_AGAIN : PAUSE.toNanos();
    }

    @Override
    public void close() {
        check.close();
    }
}
