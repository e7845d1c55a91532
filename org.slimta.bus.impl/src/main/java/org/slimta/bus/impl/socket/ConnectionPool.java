package org.slimta.bus.impl.socket;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slimta.bus.api.BusException;
import org.slimta.bus.impl.transaction.Registry;

/**
 * The connections of one client. A few are kept for small transactions to share, and as many for large ones, each of which has
 * a connection for itself while it lasts. As long as there is none of the first kind, a transaction gets a connection of its
 * own. When the server has said that it is closing, transactions wait for it to come back. Thread-safe.
 */
final class ConnectionPool<R> {

    private static final long SHORTEST_PAUSE = 5;
    private static final long LONGEST_PAUSE = 200;

    /** How long those that wait for a server to come back let the first of them try. */
    private static final Duration FIRST_ANSWER = Duration.ofMillis(100);

    private final SocketClient<?, R> client;
    private final Registry<ClientConnection<R>> connections = new Registry<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile List<ClientConnection<R>> shared = List.of();
    private final Deque<ClientConnection<R>> free = new ArrayDeque<>();
    private final Deque<ClientExchange<R>> waiting = new ArrayDeque<>();
    private volatile boolean away;
    private long awayUntil;
    private long pause;
    private boolean trying;
    private volatile BusException refusal;
    private volatile BusException lastFailure;
    private volatile boolean closed;

    /** Without connections. */
    ConnectionPool(SocketClient<?, R> client) {
        this.client = client;
    }

    /** Sends a transaction over the connection that suits it. Does not wait. */
    void dispatch(ClientExchange<R> exchange) {
        if (exchange.isDone()) {
            return;
        }
        if (exchange.isLarge()) {
            ClientConnection<R> one = pollFree();
            while (one != null && !one.send(exchange)) {
                one = pollFree();
            }
            if (one != null) {
                return;
            }
        } else {
            ClientConnection<R> one = pick();
            while (one != null && !one.send(exchange)) {
                unlist(one);
                one = pick();
            }
            if (one != null) {
                return;
            }
        }
        if (!away || !await(exchange, false)) {
            open(exchange);
        }
    }

    /** How many transactions a connection carries before the next one is used as well. */
    int busy() {
        int most = client.options().poolSize();
        return most == 0 ? 0 : Math.max(1, client.options().maxInFlight() / most);
    }

    /** Gives the channels of all connections that have one. */
    void forEachChannel(Consumer<HeldBytes.Holder> action) {
        connections.forEach(connection -> {
            FrameChannel channel = connection.channel();
            if (channel != null) {
                action.accept(channel.holder());
            }
        });
    }

    /** How many connections there are. */
    int size() {
        return connections.count();
    }

    /** The first that is not busy, so that what is sent at the same time leaves together; else the least busy one. */
    private ClientConnection<R> pick() {
        ClientConnection<R> best = null;
        int least = Integer.MAX_VALUE;
        int busy = busy();
        for (ClientConnection<R> one : shared) {
            int load = one.load();
            if (load < busy) {
                return one;
            }
            if (load < least) {
                best = one;
                least = load;
            }
        }
        return best;
    }

    private ClientConnection<R> pollFree() {
        synchronized (free) {
            return free.pollFirst();
        }
    }

    private void open(ClientExchange<R> exchange) {
        ClientConnection<R> opening = new ClientConnection<>(this, client, exchange, exchange.isLarge());
        connections.add(opening);
        if (closed) {
            connections.remove(opening);
            return; // The client has ended all its transactions.
        }
        lookLater();
        opening.dial();
    }

    /**
     * A connection has come about: the server is there. Those that wait had better share it, once it is known that they may;
     * if the first answer takes its time they have connections of their own.
     */
    void reached() {
        if (away) {
            client.end().threads().after(FIRST_ANSWER, () -> client.end().threads().execute(this::back));
        }
    }

    /** Whether the server has said lately that it is closing, so that it may do so again. */
    boolean isUnsettled() {
        synchronized (waiting) {
            return awayUntil != 0 && System.nanoTime() - awayUntil < 0;
        }
    }

    private void back() {
        if (away) {
            List<ClientExchange<R>> all;
            synchronized (waiting) {
                away = false;
                if (refusal != null) {
                    refusal = null;
                    awayUntil = 0;
                }
                all = new ArrayList<>(waiting);
                waiting.clear();
            }
            all.forEach(exchange -> client.end().threads().execute(() -> dispatch(exchange)));
        }
    }

    /** Why no connection came about when that was tried last, or null. */
    BusException lastFailure() {
        return lastFailure;
    }

    /** No connection has come about. */
    void unreachable(ClientExchange<R> exchange, BusException failure) {
        lastFailure = failure;
        boolean unsettled = isUnsettled();
        boolean waits;
        synchronized (waiting) {
            if (!away && (unsettled || isConnected())) {
                startWaiting();
                refusal = unsettled ? null : failure;
            }
            waits = away && await(exchange, true);
        }
        if (!waits) {
            exchange.fail(failure);
        }
        giveUpIfGone();
    }

    /**
     * Those that wait because the server still served connections, though it took no more, have waited for nothing if these
     * end and it has not said that it is closing: then it has died.
     */
    private void giveUpIfGone() {
        if (refusal == null || isConnected()) {
            return;
        }
        List<ClientExchange<R>> all = List.of();
        BusException failure;
        synchronized (waiting) {
            failure = refusal;
            refusal = null;
            if (failure != null) {
                away = false;
                awayUntil = 0;
                all = new ArrayList<>(waiting);
                waiting.clear();
            }
        }
        all.forEach(exchange -> exchange.fail(failure));
    }

    /** Has a transaction wait for the server to come back, if that is expected. */
    private boolean await(ClientExchange<R> exchange, boolean inFront) {
        synchronized (waiting) {
            if (!away || closed) {
                return false;
            }
            if (System.nanoTime() - awayUntil > 0) {
                away = false;
                return false;
            }
            exchange.awaitServer();
            if (inFront) {
                waiting.addFirst(exchange);
            } else {
                waiting.addLast(exchange);
            }
            if (exchange.isDone()) {
                waiting.remove(exchange);
                return true;
            }
            tryLater();
        }
        return true;
    }

    private void tryLater() {
        if (!trying) {
            trying = true;
            client.end().threads()
                    .after(Duration.ofMillis(pause), () -> client.end().threads().execute(this::tryAgain));
            pause = Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, 2 * pause));
        }
    }

    /** One tries whether the server is back; if so, all others follow. */
    private void tryAgain() {
        ClientExchange<R> next;
        synchronized (waiting) {
            trying = false;
            next = waiting.pollFirst();
            if (!waiting.isEmpty()) {
                tryLater();
            }
        }
        if (next != null) {
            open(next);
        }
    }

    /** A transaction that may wait here has ended. */
    void forget(ClientExchange<R> exchange) {
        synchronized (waiting) {
            waiting.remove(exchange);
        }
    }

    /**
     * The server keeps a connection.
     *
     * @return whether it is to be kept here too
     */
    boolean proven(ClientConnection<R> connection) {
        synchronized (waiting) {
            pause = 0;
        }
        boolean kept = list(connection);
        back();
        return kept;
    }

    private boolean list(ClientConnection<R> connection) {
        if (client.options().poolSize() == 0 || closed) {
            return false;
        }
        if (connection.isForLarge()) {
            return true;
        }
        synchronized (free) {
            if (shared.size() >= client.options().poolSize()) {
                return false;
            }
            List<ClientConnection<R>> more = new ArrayList<>(shared);
            more.add(connection);
            shared = List.copyOf(more);
            return true;
        }
    }

    /** There are to be fewer: those over the number end with what is under way on them. */
    void shrink() {
        List<ClientConnection<R>> over;
        synchronized (free) {
            int most = client.options().poolSize();
            over = new ArrayList<>(shared.subList(Math.min(most, shared.size()), shared.size()));
            List<ClientConnection<R>> unused = new ArrayList<>(free);
            over.addAll(unused.subList(Math.min(most, unused.size()), unused.size()));
        }
        over.forEach(ClientConnection::retire);
    }

    /** No connection is used any more than for what is under way on it. */
    void retireAll() {
        connections.forEach(ClientConnection::retire);
    }

    /** A connection for large transactions has nothing to do. */
    void free(ClientConnection<R> connection) {
        synchronized (free) {
            if (free.size() < client.options().poolSize() && !closed) {
                free.addFirst(connection);
                return;
            }
        }
        connection.close();
    }

    /** Gives a connection no more transactions. */
    void unlist(ClientConnection<R> connection) {
        synchronized (free) {
            if (connection.isForLarge()) {
                free.remove(connection);
            } else if (shared.contains(connection)) {
                List<ClientConnection<R>> less = new ArrayList<>(shared);
                less.remove(connection);
                shared = List.copyOf(less);
            }
        }
    }

    /** The server says that it is closing. Who wants to send to it may wait, as long as a transaction may take. */
    void draining(ClientConnection<R> connection) {
        unlist(connection);
        if (shared.isEmpty()) {
            expectBack();
        }
    }

    private void expectBack() {
        synchronized (waiting) {
            awayUntil = System.nanoTime() + client.options().responseTimeout().toNanos();
            away = true;
            refusal = null;
        }
    }

    /** Whether it serves connections. If it takes no more it is about to say that it is closing, or it is dying. */
    private boolean isConnected() {
        boolean[] serves = {false};
        connections.forEach(connection -> serves[0] |= connection.isConnected());
        return serves[0];
    }

    /** To be called under the lock of those that wait. */
    private void startWaiting() {
        if (awayUntil == 0 || System.nanoTime() - awayUntil >= 0) {
            awayUntil = System.nanoTime() + client.options().responseTimeout().toNanos();
        }
        away = true;
    }

    /** A connection is closed. */
    void remove(ClientConnection<R> connection) {
        connections.remove(connection);
        unlist(connection);
        giveUpIfGone();
    }

    private void lookLater() {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            long shortest = Stream.of(
                            client.options().connectTimeout(),
                            client.options().pingInterval(),
                            client.options().idleTimeout())
                    .mapToLong(Duration::toMillis)
                    .min()
                    .getAsLong();
            client.end().threads()
                    .after(Duration.ofMillis(Math.max(10, Math.min(TimeUnit.SECONDS.toMillis(1), shortest / 4))), this::look);
        }
    }

    private void look() {
        connections.forEach(ClientConnection::look);
        looking.set(false);
        if (!connections.isEmpty()) {
            lookLater();
        }
    }

    /** Closes all connections, after their transactions have been ended. */
    void close() {
        closed = true;
        synchronized (waiting) {
            waiting.clear();
        }
        connections.forEach(ClientConnection::close);
    }
}
