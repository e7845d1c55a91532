package org.slimta.bus.impl.socket;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.TlsOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.BusThreads;
import org.slimta.bus.impl.concurrent.Deadlines;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.transaction.PendingTransactions;
import org.slimta.bus.impl.transaction.TimeLimit;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.impl.transport.SocketPeer;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.FrameEncoder;

/**
 * A client of a server on a TCP port. It shares connections that the server keeps.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class SocketClient<Q, R> implements CappedClient<Q, R>, ManagedBus {

    private final PayloadType<R> responseType;
    private final String target;
    private final ServerAddresses addresses;
    private final PendingTransactions pending;
    private final ConnectionPool<R> pool;
    private final BusThreads threads;
    private final SendRoom sendRoom;
    private final MemoryBudget.Account arrived;
    private final Room room;
    private final Runnable releaseRoom;
    private final AtomicLong transactions = new AtomicLong();
    private volatile ClientOptions options;
    private volatile BusEnd end;

    /**
     * Makes a client. Does not connect.
     *
     * @param host the server's name or address
     * @param port the server's port
     * @param responseType what responses are
     * @param options its options
     * @param codecs the codecs
     * @param network for the sockets
     * @param threads for deadlines, and to decode
     */
    public SocketClient(
            String host,
            int port,
            PayloadType<R> responseType,
            ClientOptions options,
            Codecs codecs,
            Network network,
            Threads threads) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the port is " + port + "; it must be from 1 to 65535");
        }
        this.responseType = responseType;
        this.options = options;
        this.target = SocketPeer.format(host, port);
        this.addresses = new ServerAddresses(host, port, network.resolver(), network.lookups());
        this.pool = new ConnectionPool<>(this, options, threads.timer());
        this.end = new BusEnd(
                threads, network, codecs, new Failures(this::name), options.limits(), options.missingCodecTimeout(),
                new MemoryBudget(options.memoryLimit(), threads.timer(), pool::forEachChannel), null);
        this.pending = new PendingTransactions(end.failures(), threads.timer());
        this.threads = threads.newBusThreads(name(), options.maxInFlight());
        this.sendRoom = new SendRoom(end.held());
        this.arrived = end.held().newAccount();
        this.room = new Room(options.maxInFlight());
        this.releaseRoom = room::release;
    }

    @Override
    public String name() {
        return options.name() == null ? "client " + target : options.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, long mostNanos) throws InterruptedException {
        List<Q> copy = List.copyOf(requests);
        ClientExchange<R> exchange = new ClientExchange<>(
                this, transactions.incrementAndGet(), copy.size(), TimeLimit.of(options.responseTimeout(), mostNanos));
        if (exchange.failIfUsedUp() || !pending.add(exchange)) {
            return exchange;
        }
        try {
            if (awaitRoom(exchange)) {
                start(exchange, copy);
            }
        } catch (InterruptedException e) {
            exchange.fail(end.failures().of(Reason.CLOSED, "the thread was interrupted while it waited to send"));
            throw e;
        }
        return exchange;
    }

    private boolean awaitRoom(ClientExchange<R> exchange) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (room.tryAcquire() || room.tryAcquire(options.sendTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
            exchange.whenEnded(releaseRoom);
            return !exchange.isDone();
        }
        exchange.fail(
                Reason.OVERLOADED,
                options.maxInFlight() + " transactions are in flight (maxInFlight), and none ended within "
                        + options.sendTimeout().toMillis() + " ms (sendTimeout)",
                null);
        return false;
    }

    private void start(ClientExchange<R> exchange, List<Q> requests) throws InterruptedException {
        try {
            FrameEncoder encoder =
                    new FrameEncoder(end.coder().encode(Envelope.REQUESTS, requests, null), options.limits());
            if (encoder.mayBlock() && encoder.size() <= ClientExchange.LARGE) {
                encoder.load();
            }
            exchange.encoded(encoder);
        } catch (BusException e) {
            exchange.failAt(e);
            return;
        }
        if (awaitSendRoom(exchange, exchange.encoder().weight())) {
            pool.dispatch(exchange);
        }
    }

    private boolean awaitSendRoom(ClientExchange<R> exchange, long bytes) throws InterruptedException {
        long limit = options.memoryLimit();
        if (bytes > limit) {
            exchange.fail(
                    Reason.TOO_LARGE,
                    "the frame takes " + bytes + " bytes of memory, over the limit memoryLimit of " + limit,
                    null);
            return false;
        }
        if (sendRoom.acquire(bytes, options.sendTimeout().toNanos())) {
            exchange.holdSendRoom(bytes);
            return !exchange.isDone();
        }
        exchange.fail(
                Reason.OVERLOADED,
                "what is in flight, or has arrived and was not taken, holds too much of memoryLimit (" + limit
                        + " bytes) for " + bytes + " bytes more, and that did not change within "
                        + options.sendTimeout().toMillis() + " ms (sendTimeout)",
                null);
        return false;
    }

    /**
     * Goes on with other options. Connections that were made with other limits or another TLS end with what is under way on
     * them.
     *
     * @param newOptions the options
     */
    public void reconfigure(ClientOptions newOptions) {
        ClientOptions before = options;
        boolean sameTls = Objects.equals(newOptions.tls(), before.tls());
        room.resize(newOptions.maxInFlight() - before.maxInFlight());
        threads.setMost(newOptions.maxInFlight());
        synchronized (pool) {
            end = end.with(newOptions.limits(), newOptions.missingCodecTimeout(), sameTls ? end.tls() : null);
            options = newOptions;
        }
        end.held().setLimit(newOptions.memoryLimit());
        pool.configure(newOptions);
        if (!sameTls || !newOptions.limits().equals(before.limits())) {
            pool.retireAll();
        }
        pool.shrink();
        pool.advance();
    }

    @Override
    public void report(BusDTO bus) {
        bus.kind = BusKind.CLIENT.label();
        bus.name = name();
        bus.address = target;
        bus.tls = options.tls() != null;
        bus.state = BusState.READY.label();
        bus.responseType = responseType.toString();
        bus.peers = pool.size();
        bus.inFlight = pending.count();
        end.held().report(bus);
        pending.meter().report(bus);
    }

    @Override
    public boolean isClosed() {
        return pending.isClosed();
    }

    /** Fails what is under way. */
    @Override
    public void close() {
        pool.stop(); // Before: while some are ended, others would still take their turns.
        pending.close();
        pool.close();
        end.close();
        threads.close();
        sendRoom.close();
        room.release(); // Who waits for room finds its transaction ended, and wakes the next.
    }

    /**
     * Waits until nothing is under way. An interrupt cuts the wait short and stays set.
     *
     * @param timeout how long at most
     */
    public void awaitIdle(Duration timeout) {
        long deadline = System.nanoTime() + Deadlines.nanos(timeout);
        while (!pending.isEmpty() && System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Whether it offers to the server to keep connections. */
    boolean keepsConnections() {
        return options.poolSize() > 0;
    }

    /** Room for transactions, of which there may be more or less later. */
    private static final class Room extends Semaphore {

        private static final long serialVersionUID = 1;

        Room(int permits) {
            super(permits);
        }

        void resize(int more) {
            if (more > 0) {
                release(more);
            } else {
                reducePermits(-more);
            }
        }
    }

    /**
     * Makes ready what a new connection is to work with: reads the certificates if there are to be some, and again when they
     * have changed. Does not wait.
     *
     * @param whenReady what is given it, or else the failure; on a thread that may block briefly
     */
    void prepareEnd(BiConsumer<BusEnd, Throwable> whenReady) {
        BusEnd plain;
        synchronized (pool) {
            plain = options.tls() == null ? end : null;
        }
        if (plain != null) {
            plain.network().connecting().execute(() -> whenReady.accept(plain, null));
        } else {
            end.network().lookups().ask(this, this::readCertificates, whenReady);
        }
    }

    private BusEnd readCertificates() throws IOException {
        while (true) {
            TlsOptions wanted;
            BusEnd ready;
            synchronized (pool) {
                wanted = options.tls();
                ready = end;
            }
            Tls tls = ready.tls();
            if (Objects.equals(wanted, tls == null ? null : tls.options())) {
                if (tls != null) {
                    tls.refresh(this);
                }
                return ready;
            }
            Tls read;
            try {
                read = Tls.of(wanted, true);
            } catch (IOException e) {
                if (wanted.equals(options.tls())) {
                    throw e;
                }
                continue; // Those files are not wanted any more.
            }
            synchronized (pool) {
                if (wanted.equals(options.tls()) && end.tls() == null) {
                    end = end.with(options.limits(), options.missingCodecTimeout(), read);
                }
            }
        }
    }

    /** Whether what a connection was made with is still what the options say. */
    boolean isInForce(BusEnd made) {
        ClientOptions now = options;
        TlsOptions tls = made.tls() == null ? null : made.tls().options();
        return Objects.equals(now.tls(), tls) && now.limits().equals(made.limits());
    }

    ServerAddresses addresses() {
        return addresses;
    }

    String target() {
        return target;
    }

    PayloadType<R> responseType() {
        return responseType;
    }

    ClientOptions options() {
        return options;
    }

    BusEnd end() {
        return end;
    }

    /** Room in memory for what is sent. */
    SendRoom sendRoom() {
        return sendRoom;
    }

    /** What responses take in memory that have arrived, and that somebody waits for. */
    MemoryBudget.Account arrived() {
        return arrived;
    }

    /** Where code of its users runs. */
    BusThreads threads() {
        return threads;
    }

    PendingTransactions pending() {
        return pending;
    }

    ConnectionPool<R> pool() {
        return pool;
    }

    @Override
    public String toString() {
        return name() + " of " + target;
    }
}
