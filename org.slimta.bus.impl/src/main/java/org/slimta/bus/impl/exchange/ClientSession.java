package org.slimta.bus.impl.exchange;

import java.util.concurrent.atomic.AtomicLong;
import org.slimta.bus.impl.transaction.PendingTransactions;

/**
 * What a client tells its servers of itself, so that it can ask what became of requests whose connection broke: its
 * identity, the numbers of its transactions, its epoch, and up to which number it has seen all responses. Source: the
 * wire page, part C. Thread-safe.
 */
public final class ClientSession {

    /** In place of a number: the transaction has none yet. */
    static final long NO_NUMBER = 0;

    /** In place of a number: the transaction is getting one. */
    static final long BEING_NUMBERED = -1;

    /** A transaction that may have a number. */
    interface Numbered {

        /** Returns its number, {@link #NO_NUMBER} or {@link #BEING_NUMBERED}. */
        long tx();
    }

    private final String client = ClientRecords.newId();
    private final PendingTransactions pending;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong epoch = new AtomicLong();

    ClientSession(PendingTransactions pending) {
        this.pending = pending;
    }

    /** {@return the identity of this life of the client} */
    public String client() {
        return client;
    }

    /** {@return a new number of a transaction, 1 or more} */
    public long newNumber() {
        return numbers.incrementAndGet();
    }

    /** {@return the present epoch, 0 at first} */
    public long epoch() {
        return epoch.get();
    }

    /**
     * A question begins. It, and what is sent from now on, bears a higher epoch than all that was sent before.
     *
     * @return the epoch of the question, 1 or more
     */
    public long nextEpoch() {
        return epoch.incrementAndGet();
    }

    /**
     * Returns up to which number no response is needed any more. Looks at all transactions that have not ended.
     *
     * @return the number; 0 if it is not known at the moment
     */
    public long seen() {
        long[] least = {numbers.get() + 1}; // Read before the transactions: later numbers are higher.
        pending.forEach(transaction -> {
            if (transaction instanceof Numbered numbered) {
                long tx = numbered.tx();
                if (tx == BEING_NUMBERED) {
                    least[0] = 1; // Its number may be one of those that were given away.
                } else if (tx != NO_NUMBER) {
                    least[0] = Math.min(least[0], tx);
                }
            }
        });
        return least[0] - 1;
    }
}
