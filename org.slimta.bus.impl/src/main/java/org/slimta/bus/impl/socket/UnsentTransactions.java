package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.tls.CertificateAlert;
import org.slimta.bus.impl.tls.PlainTextPeer;

/**
 * The transactions of a pool that wait for a connection, and what becomes of them if none can be opened. Thread-safe.
 */
final class UnsentTransactions<R> implements FramedTransaction.Holder<R> {

    private final TargetServer<R> server;
    private final Alternatives<R> alternatives;
    private final Timer timer;
    private final BooleanSupplier isServerKnown;
    private final ReconnectQueue<FramedTransaction<R>> queue =
            new ReconnectQueue<>(FramedTransaction::needsOwnConnection);
    private final ConnectRetries<R> retries;
    private volatile BusException lastFailure;

    /**
     * Creates an empty set.
     *
     * @param server the server of the pool
     * @param alternatives take over what cannot be sent to it
     * @param timer the time
     * @param isServerKnown tells whether the server has answered before
     * @param dispatch sends transactions, or asks about them
     */
    UnsentTransactions(
            TargetServer<R> server,
            Alternatives<R> alternatives,
            Timer timer,
            BooleanSupplier isServerKnown,
            Consumer<List<FramedTransaction<R>>> dispatch) {
        this.server = server;
        this.alternatives = alternatives;
        this.timer = timer;
        this.isServerKnown = isServerKnown;
        this.retries = new ConnectRetries<>(server, dispatch);
    }

    /** Uses these options from now on. */
    void configure(ClientOptions options) {
        queue.configure(options.poolSize(), options.tls() != null);
    }

    /** Returns the same transactions in their order, and whose turn it is to open a connection. */
    ReconnectQueue<FramedTransaction<R>> queue() {
        return queue;
    }

    /** Makes a transaction wait for a connection. If that is futile, another server takes it over, or it fails. */
    void add(FramedTransaction<R> transaction) {
        transaction.assign(this);
        if (!queue.add(transaction, timer.now())) {
            failUnlessTakenOver(transaction, server.failures().closed());
        } else if (transaction.isDone()) {
            queue.remove(transaction);
        }
        BusException futile =
                queue.futile(timer.now()); // Not before adding it: the next one to know fails all that wait.
        if (futile != null && queue.remove(transaction)) {
            failUnlessTakenOver(transaction, futile);
        }
    }

    /** Removes and returns one that waits for such a connection, or returns null. */
    FramedTransaction<R> poll(boolean forLarge) {
        FramedTransaction<R> next;
        do {
            next = queue.poll(forLarge);
        } while (next != null && next.isDone());
        return next;
    }

    /** Whether nothing waits here. */
    boolean isEmpty() {
        return queue.isEmpty() && retries.isEmpty();
    }

    /** Removes and returns all but those whose server must be asked, which no other server can answer. */
    List<FramedTransaction<R>> takeAll() {
        return queue.takeIf(waiting -> !waiting.isAsking());
    }

    /** Removes and returns one of the same; null if there is none. */
    FramedTransaction<R> takeOne() {
        boolean[] taken = {false};
        List<FramedTransaction<R>> one = queue.takeIf(waiting -> {
            boolean takes = !taken[0] && !waiting.isAsking() && !waiting.isDone();
            taken[0] |= takes;
            return takes;
        });
        return one.isEmpty() ? null : one.get(0);
    }

    /** Lets other servers take over those that they can. */
    void release(BusException why) {
        queue.takeIf(this::mayTakeOver).forEach(waiting -> failUnlessTakenOver(waiting, why));
    }

    private boolean mayTakeOver(FramedTransaction<R> transaction) {
        return !transaction.isAsking() && alternatives.mayTakeOver(transaction);
    }

    /** Fails a transaction that was not sent, unless another server takes it over, or its server is asked later. */
    void failUnlessTakenOver(FramedTransaction<R> transaction, BusException failure) {
        if (transaction.isAsking()) {
            transaction.assign(this);
            retries.addAsking(transaction, failure);
        } else if (!alternatives.takeOver(transaction, failure)) {
            transaction.fail(alternatives.failureOfAll(transaction, failure));
        }
    }

    /** A connection was opened. */
    void opened() {
        lastFailure = null;
    }

    /**
     * No connection could be opened for a transaction.
     *
     * @param transaction the transaction
     * @param failure the reason
     * @param serves whether the server still serves a connection
     */
    void unreachable(FramedTransaction<R> transaction, BusException failure, boolean serves) {
        lastFailure = failure;
        transaction.assign(this);
        alternatives.unreachable(failure);
        if (transaction.isAsking()) {
            failUnlessTakenOver(transaction, failure);
            queue.takeIf(FramedTransaction::isAsking).forEach(each -> failUnlessTakenOver(each, failure));
        } else if (alternatives.takeOver(transaction, failure)) {
            release(failure);
        } else if (isServerKnown.getAsBoolean() && retries.addUnsent(transaction, failure)) {
            return; // It is tried again.
        } else if (PlainTextPeer.isIn(failure)) {
            List<FramedTransaction<R>> all = new ArrayList<>(List.of(transaction));
            queue.foundPlain(timer.now(), failure, all);
            all.forEach(each -> failUnlessTakenOver(each, failure));
        } else if (CertificateAlert.isIn(failure)
                || !queue.refused(transaction, timer.now(), server.options().responseTimeout(), serves, failure)) {
            transaction.fail(alternatives.failureOfAll(transaction, failure));
        } else if (transaction.isDone()) {
            queue.remove(transaction);
        }
    }

    /**
     * Connecting takes long: another server takes over the transaction of a connection that is being opened, and what
     * waits here, as far as there is another one. The connection goes on opening, even without a transaction: what waits
     * here later, as a probe does, would wait for it.
     */
    void slow(PendingConnection<R> opening, long now) {
        FramedTransaction<R> waiting = opening.transaction();
        if (waiting == null && queue.isEmpty()) {
            return;
        }
        BusException failure = server.failures()
                .of(
                        Reason.CONNECT,
                        server.name(),
                        "no connection within "
                                + Duration.ofNanos(opening.age(now)).toMillis() + " ms",
                        null);
        alternatives.unreachable(failure);
        if (waiting != null && mayTakeOver(waiting) && opening.release(waiting)) {
            failUnlessTakenOver(waiting, failure);
        }
        release(failure);
    }

    /**
     * The server serves no connection any more. Fails those that waited because it still served some, although it
     * accepted no more, if it has not announced that it is closing: then it has died.
     */
    void failIfDied() {
        List<FramedTransaction<R>> all = new ArrayList<>();
        BusException failure = queue.died(all);
        all.forEach(transaction -> failUnlessTakenOver(transaction, failure));
    }

    /** Fails those that have waited too long. */
    void failLate(long now) {
        Duration timeout = server.options().connectTimeout();
        for (FramedTransaction<R> late : queue.takeLate(now, timeout)) {
            failUnlessTakenOver(
                    late,
                    server.failures()
                            .of(
                                    Reason.CONNECT,
                                    server.name(),
                                    "no connection within " + timeout.toMillis()
                                            + " ms (connectTimeout); others are being opened",
                                    lastFailure));
        }
    }

    /** The server announces that it is closing: other servers take over, or they wait as long as a transaction may take. */
    void closing() {
        queue.closing(timer.now(), server.options().responseTimeout());
        alternatives.closing();
    }

    /** A transaction that may wait here has ended. */
    @Override
    public void forget(FramedTransaction<R> transaction) {
        queue.remove(transaction);
        retries.remove(transaction);
    }

    @Override
    public BusException overdue(String within) {
        BusException last = lastFailure;
        return server.failures()
                .of(
                        Reason.CONNECT,
                        server.name(),
                        queue.isAway(timer.now())
                                ? "no connection: the server announced that it was closing and did not return " + within
                                        + (last == null ? "" : "; last attempt: " + last.getMessage())
                                : "no connection " + within + "; others are being opened",
                        last);
    }
}
