package org.slimta.bus.impl.socket;

import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.impl.concurrent.LinkedMembers;

/**
 * A connection of a client that is being opened for a transaction. If that ends before the connection has come about, another
 * one that waits gets it; if there is none, nobody does. Thread-safe.
 */
final class PendingConnection<R> extends LinkedMembers.Member
        implements ConnectionOpening.Listener<ConnectAttempt>, ClientExchange.Holder<R> {

    private final ConnectionPool<R> pool;
    private final SocketClient<?, R> client;
    private final ReconnectQueue<ClientExchange<R>>.Turn turn;
    private final boolean forLarge;
    private final AtomicReference<ClientExchange<R>> exchange;
    private final ConnectionOpening<ConnectAttempt> opening;
    private volatile BusEnd end;

    /**
     * A connection whose opening has not begun.
     *
     * @param pool where it belongs
     * @param client whose it is
     * @param turn the right to open it
     */
    PendingConnection(
            ConnectionPool<R> pool, SocketClient<?, R> client, ReconnectQueue<ClientExchange<R>>.Turn turn) {
        this.pool = pool;
        this.client = client;
        this.turn = turn;
        this.forLarge = turn.who().isLarge();
        this.exchange = new AtomicReference<>(turn.who());
        this.opening = new ConnectionOpening<>(
                client.end().threads().now(),
                client.addresses()::ask,
                (address, outcome) -> new ConnectAttempt(
                        address, client.addresses().unresolved(), end, client.threads().responses(), outcome),
                this,
                client.end().network().connecting(),
                (delay, task) -> client.end().threads().after(delay, task));
    }

    /** Begins. Does not wait. */
    void open() {
        ClientExchange<R> first = exchange.get();
        if (first == null) {
            return;
        }
        first.assign(this);
        if (first.isDone()) {
            forget(first); // Which ends it, unless others wait: then it goes on for one of them.
        }
        client.prepareEnd(this::onPrepared);
    }

    private void onPrepared(BusEnd ready, Throwable failure) {
        if (failure == null) {
            end = ready;
            opening.start();
        } else {
            opening.fail(new BusException(Reason.CONNECT, "TLS cannot be used: " + failure.getMessage(), failure));
        }
    }

    @Override
    public void onFailed(BusException failure) {
        BusException told = client.end().failures().at(client.target(), failure);
        ClientExchange<R> unsent = exchange.getAndSet(null);
        gone();
        BusEnd tried = end;
        if (unsent != null && tried != null && !client.isInForce(tried)) {
            pool.sendElsewhere(unsent); // What failed, failed under options of before.
        } else if (unsent != null) {
            pool.unreachable(unsent, told);
        }
        pool.advanceSoon();
    }

    private void gone() {
        turn.over();
        pool.remove(this);
    }

    @Override
    public void onReady(ConnectAttempt winner) {
        client.addresses().reached(winner.address().getAddress());
        ClientExchange<R> first = exchange.getAndSet(null);
        if (first == null || first.isDone()) {
            first = pool.takeWaiting(forLarge);
        }
        if (first == null || !client.isInForce(end)) {
            gone();
            winner.leave(true);
            if (first != null) {
                pool.dispatch(first);
            }
        } else {
            turn.ready(client.end().threads().now(), winner.roundTrip());
            ClientConnection<R> made = new ClientConnection<>(pool, client, turn, winner, end, forLarge);
            pool.replace(this, made);
            made.start(first);
        }
        pool.advance();
    }

    /** Its transaction has ended: it goes on for another one, if there is any. */
    @Override
    public void forget(ClientExchange<R> ended) {
        if (exchange.compareAndSet(ended, null) && !pool.isWanted(forLarge)) {
            cancel();
        }
    }

    @Override
    public BusException overdue(String within) {
        return client.end().failures()
                .of(Reason.CONNECT, client.target(), "no connection " + within + "; it is being opened", null);
    }

    /** Wants no connection any more. */
    void cancel() {
        if (opening.cancel()) {
            gone();
            pool.advance();
        }
    }

    /** Ends what takes too long. Called now and then, on the timer. */
    void look(long now) {
        opening.look(now, client.options().connectTimeout());
    }
}
