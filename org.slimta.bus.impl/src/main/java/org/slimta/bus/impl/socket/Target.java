package org.slimta.bus.impl.socket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.TargetDTO;
import org.slimta.bus.impl.concurrent.Timer;
import org.slimta.bus.impl.exchange.FramedTransaction;

/** One of several servers of a client, with its connections. Thread-safe. */
final class Target<R> implements Alternatives<R> {

    /** The client of a target, which has the others. The methods may be called on any thread, and do not block. */
    interface Owner<R> {

        /** Sends a transaction to any target, soon and on another thread. */
        void dispatchSoon(FramedTransaction<R> transaction);

        /** Whether a target other than this one can take over a transaction. */
        boolean mayTakeOver(Target<R> from, FramedTransaction<R> transaction);

        /** Gives a transaction that one target cannot take to another one, if there is one that was not tried. */
        boolean takeOver(Target<R> from, FramedTransaction<R> transaction, BusException failure);

        /** Makes the failure of a transaction for which all targets were tried. */
        BusException failureOfAll(FramedTransaction<R> transaction, BusException last);

        /** A target can be reached again. */
        void returned(Target<R> target);

        /** A target could not be reached: the addresses of its name may have changed. */
        void lookUpSoon();
    }

    /** Within this time, a thread that has chosen a target gives the transaction to it. */
    private static final long MIN_LEAVING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Owner<R> balancer;
    private final TargetServer<R> server;
    private final Timer timer;
    private final ConnectionPool<R> pool;
    private final TargetRest rest;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger returns = new AtomicInteger();
    private volatile String lastFailure;
    private volatile long leftAt;
    private volatile boolean leaving;

    /**
     * Creates a target without connections.
     *
     * @param balancer has the other targets
     * @param server the server
     * @param timer for the rests and the checks of connections
     */
    Target(Owner<R> balancer, TargetServer<R> server, Timer timer) {
        this.balancer = balancer;
        this.server = server;
        this.timer = timer;
        this.rest = new TargetRest(timer.now());
        this.pool = new ConnectionPool<>(server, timer, this);
    }

    String name() {
        return server.name();
    }

    ConnectionPool<R> pool() {
        return pool;
    }

    /** How many transactions it has. */
    int inFlight() {
        return inFlight.get();
    }

    void addInFlight(int more) {
        inFlight.addAndGet(more);
    }

    /** How often it could be reached again after it could not. */
    int returns() {
        return returns.get();
    }

    /** Whether it can be reached, as far as is known. */
    boolean isReady() {
        return rest.isReady();
    }

    /** Returns whether its rest is over, so that the caller's transaction may probe it; then only once. */
    boolean takeProbe(long now) {
        return rest.takeProbe(now);
    }

    /** Whether it is away, and transactions may wait for it to come back. */
    boolean isAway() {
        return pool.unsent().queue().isAway(timer.now());
    }

    /** Whether transactions wait for a connection to it. */
    boolean hasWaiting() {
        return !pool.unsent().queue().isEmpty();
    }

    /** It is no longer a server of the client: it ends when its transactions have ended. */
    void leave() {
        leftAt = timer.now();
        leaving = true;
        pool.leave();
        pool.unsent().release(server.closed("the server is no longer one of the hosts of this client"));
    }

    /** Whether it is leaving, has ended, and no thread can be about to give it a transaction. */
    boolean hasLeft(long now) {
        return leaving && pool.isUnused() && now - leftAt > MIN_LEAVING_NANOS;
    }

    @Override
    public boolean exist() {
        return true;
    }

    @Override
    public boolean dispatchSoon(FramedTransaction<R> transaction) {
        balancer.dispatchSoon(transaction);
        return true;
    }

    @Override
    public boolean mayTakeOver(FramedTransaction<R> transaction) {
        return balancer.mayTakeOver(this, transaction);
    }

    @Override
    public boolean takeOver(FramedTransaction<R> transaction, BusException failure) {
        return balancer.takeOver(this, transaction, failure);
    }

    @Override
    public BusException failureOfAll(FramedTransaction<R> transaction, BusException last) {
        return balancer.failureOfAll(transaction, last);
    }

    @Override
    public void reachable() {
        if (rest.isReady()) {
            return; // This is called for each transaction that is sent over an open connection.
        }
        lastFailure = null;
        if (rest.reachable(timer.now())) {
            returns.incrementAndGet();
            balancer.returned(this);
        }
    }

    @Override
    public void unreachable(BusException failure) {
        lastFailure = failure.getMessage();
        rest.unreachable(timer.now());
        balancer.lookUpSoon();
    }

    @Override
    public void closing() {
        rest.closing(timer.now());
        pool.unsent().release(server.closed("the server is closing"));
    }

    @Override
    public void unused() {
        endProbe();
    }

    /** If a probe was under way it has ended, perhaps without an outcome. */
    void endProbe() {
        rest.probeOver(timer.now());
    }

    /** Returns its report. */
    TargetDTO report() {
        TargetDTO dto = new TargetDTO();
        dto.address = name();
        dto.state = leaving ? "leaving" : rest.state().label();
        dto.connections = pool.peerCount();
        dto.inFlight = inFlight.get();
        dto.lastFailure = lastFailure;
        return dto;
    }

    @Override
    public String toString() {
        return name();
    }
}
