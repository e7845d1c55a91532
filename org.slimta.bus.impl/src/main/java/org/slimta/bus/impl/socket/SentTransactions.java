package org.slimta.bus.impl.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.exchange.FramedTransaction;

/**
 * The transactions of one connection of a client that have no response, whether they were sent or wait to be sent.
 * Thread-safe.
 */
final class SentTransactions<R> {

    private final InFlight<Sending<R>> inFlight;
    private final Sending.Route<R> connection;
    private final Consumer<FramedTransaction<R>> sendElsewhere;

    /**
     * Creates an empty set.
     *
     * @param connection the connection
     * @param usual the usual maximum number of transactions
     * @param sendElsewhere accepts a transaction of which no part was sent
     */
    SentTransactions(Sending.Route<R> connection, int usual, Consumer<FramedTransaction<R>> sendElsewhere) {
        this.inFlight = new InFlight<>(usual);
        this.connection = connection;
        this.sendElsewhere = sendElsewhere;
    }

    /** Adds a transaction, for which this connection is responsible from now on. */
    Sending<R> add(FramedTransaction<R> transaction) {
        return add(Sending.waiting(transaction, connection));
    }

    /** Adds a transaction that was sent over another connection, and that the server is asked about here. */
    Sending<R> addAsked(FramedTransaction<R> transaction) {
        return add(Sending.asked(transaction, connection));
    }

    private Sending<R> add(Sending<R> sending) {
        sending.transaction().assign(connection);
        inFlight.put(sending.tx(), sending);
        return sending;
    }

    /** Removes and returns a transaction; null if it is not here. If many threads take it, one of them gets it. */
    Sending<R> take(long tx) {
        return inFlight.take(tx);
    }

    /** Removes a transaction and gives it; null if it is not here any more. */
    Sending<R> take(Sending<R> sending) {
        return take(sending.tx());
    }

    int count() {
        return inFlight.size();
    }

    /**
     * Sends elsewhere what was sent over this connection: the server has announced that it has not read it, and never
     * will.
     *
     * @return those that were sent over other connections: the announcement does not speak of them
     */
    List<Sending<R>> sendAllElsewhere() {
        List<Sending<R>> asked = new ArrayList<>();
        for (Sending<R> each : inFlight.takeAll()) {
            if (each.isAsked()) {
                asked.add(each);
            } else {
                each.transaction().renew(); // The server may remember the number.
                sendElsewhere.accept(each.transaction());
            }
        }
        return asked;
    }

    /**
     * Fails all, including those that were not sent: the server has refused the connection, and processes none. What was
     * sent over another connection may have been processed.
     */
    void failAll(BusException failure) {
        inFlight.takeAll().forEach(each -> {
            if (each.isAsked()) {
                each.transaction().fail(ofOpenOutcome(failure));
            } else {
                each.transaction().takeBack();
                each.transaction().fail(failure);
            }
        });
    }

    /** Removes all. Sends those elsewhere of which no part was sent, and returns the others. */
    List<Sending<R>> takeSent() {
        List<Sending<R>> sent = new ArrayList<>();
        for (Sending<R> each : inFlight.takeAll()) {
            if (each.withdraw()) {
                sendElsewhere.accept(each.transaction());
            } else {
                sent.add(each);
            }
        }
        return sent;
    }

    /**
     * Ends all because of a fault of the connection. Those of which no part was sent go elsewhere. If a single one was
     * sent, the fault concerns that one; if there were several, the concerned one is unknown.
     */
    void giveUp(BusException failure) {
        List<Sending<R>> sent = takeSent();
        for (Sending<R> each : sent) {
            each.transaction()
                    .fail(
                            sent.size() > 1
                                    ? new BusException(Reason.CLOSED, failure.getMessage(), failure)
                                    : ofOpenOutcome(failure));
        }
    }

    /** Makes the failure of a transaction that may have been processed: without a reason that says that it was not. */
    static BusException ofOpenOutcome(BusException failure) {
        return switch (failure.reason()) {
            case CONNECT, OVERLOADED, EXPIRED -> new BusException(Reason.CLOSED, failure.getMessage(), failure);
            default -> failure;
        };
    }
}
