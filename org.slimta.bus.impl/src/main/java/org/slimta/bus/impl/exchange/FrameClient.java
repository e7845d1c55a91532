package org.slimta.bus.impl.exchange;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.Deadlines;
import org.slimta.bus.impl.observing.Observed;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.TimeLimit;
import org.slimta.bus.impl.wire.Envelope;
import org.slimta.bus.impl.wire.EnvelopeWriter;
import org.slimta.bus.impl.wire.FrameEncoder;

/**
 * A client that sends frames over a carrier. It limits the transactions in flight, encodes requests on the sender's
 * thread, and ends transactions at their deadlines. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class FrameClient<Q, R> implements CappedClient<Q, R> {

    private static final long IDLE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ClientContext<R> context;
    private final FrameCarrier<R> carrier;
    private final InFlightPermits permits;
    private final Runnable releasePermit;

    /**
     * Creates a client. Sends nothing.
     *
     * @param context shared with the carrier
     * @param carrier takes the frames to the server
     */
    public FrameClient(ClientContext<R> context, FrameCarrier<R> carrier) {
        this.context = context;
        this.carrier = carrier;
        this.permits = new InFlightPermits(context.options().maxInFlight());
        this.releasePermit = permits::release;
    }

    @Override
    public String name() {
        return context.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers, long maxNanos)
            throws InterruptedException {
        List<Q> copy = List.copyOf(requests);
        Objects.requireNonNull(headers, "headers");
        Observed observed = context.pending().observers().sending(context.target(), copy.size(), headers);
        FramedTransaction<R> transaction = new FramedTransaction<>(
                context, copy.size(), TimeLimit.of(context.options().responseTimeout(), maxNanos));
        transaction.observe(observed);
        if (transaction.failIfUsedUp() || !context.pending().add(transaction)) {
            return transaction;
        }
        transaction.number(); // After it was added: see ClientSession.seen().
        try {
            if (awaitPermit(transaction)) {
                start(transaction, copy, observed == null ? headers : observed.headers(this::checkHeaders));
            }
        } catch (InterruptedException e) {
            transaction.fail(context.failures().interrupted(e));
            throw e;
        }
        return transaction;
    }

    private void checkHeaders(Headers headers) throws BusException {
        EnvelopeWriter.checkHeaders(headers, context.options().limits());
    }

    private boolean awaitPermit(FramedTransaction<R> transaction) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        ClientOptions options = context.options();
        if (permits.tryAcquire() || permits.tryAcquire(options.sendTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
            transaction.whenEnded(releasePermit);
            return !transaction.isDone();
        }
        transaction.fail(
                Reason.OVERLOADED,
                options.maxInFlight() + " transactions are in flight (maxInFlight), and none ended within "
                        + options.sendTimeout().toMillis() + " ms (sendTimeout)",
                null);
        return false;
    }

    private void start(FramedTransaction<R> transaction, List<Q> requests, Headers headers)
            throws InterruptedException {
        ExchangeContext exchange = context.exchange();
        FrameEncoder encoder;
        try {
            transaction.setDecoder(exchange.coder().awaitDecoder(context.responseType()));
            encoder = exchange.encoder(exchange.coder().encode(Envelope.REQUESTS, headers, requests, null));
        } catch (BusException e) {
            transaction.failAt(e);
            return;
        }
        transaction.setFrame(encoder);
        if (awaitSendRoom(transaction, encoder.weight())) {
            carrier.dispatch(transaction);
        }
    }

    private boolean awaitSendRoom(FramedTransaction<R> transaction, long bytes) throws InterruptedException {
        ClientOptions options = context.options();
        long limit = options.memoryLimit();
        if (bytes > limit) {
            transaction.fail(
                    Reason.TOO_LARGE,
                    "the frame takes " + bytes + " bytes of memory, over the limit memoryLimit of " + limit,
                    null);
            return false;
        }
        if (context.sendRoom().acquire(bytes, options.sendTimeout().toNanos())) {
            transaction.holdSendRoom(bytes);
            return !transaction.isDone();
        }
        transaction.fail(
                Reason.OVERLOADED,
                "the transactions in flight and the responses that were not received yet use too much of memoryLimit ("
                        + limit + " bytes) to add a frame of " + bytes + " bytes, and this did not change within "
                        + options.sendTimeout().toMillis() + " ms (sendTimeout)",
                null);
        return false;
    }

    /**
     * Allows more or fewer transactions in flight.
     *
     * @param more the difference; negative for fewer
     */
    public void resize(int more) {
        permits.resize(more);
    }

    /**
     * Reports the current counts and sizes of this client. Does not block.
     *
     * @param bus receives the values
     */
    public void report(BusDTO bus) {
        bus.name = name();
        bus.state = BusState.READY.label();
        bus.responseType = context.responseType().toString();
        bus.peers = carrier.peerCount();
        context.memory().report(bus);
        context.pending().report(bus);
    }

    /** Begins the next period of the statistics. */
    public void advance() {
        context.pending().advance();
    }

    /** {@return whether it was closed} */
    public boolean isClosed() {
        return context.pending().isClosed();
    }

    /** Fails the transactions in flight with {@code CLOSED}. */
    @Override
    public void close() {
        carrier.stop(); // First: otherwise waiting transactions would be sent while others are ended.
        context.pending().close();
        carrier.close();
        context.exchange().close();
        context.threads().close();
        context.sendRoom().close();
        // A thread that waits for a permit sees that its transaction has ended, and wakes the next thread.
        permits.release();
    }

    /**
     * Waits until no transaction is in flight. An interrupt ends the wait and stays set.
     *
     * @param timeout the maximum time to wait
     */
    public void awaitIdle(Duration timeout) {
        long deadline = System.nanoTime() + Deadlines.nanos(timeout);
        while (!context.pending().isEmpty()
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(IDLE_CHECK_NANOS);
        }
    }

    @Override
    public String toString() {
        return name() + " of " + context.target();
    }

    /** A semaphore whose number of permits can be changed. */
    private static final class InFlightPermits extends Semaphore {

        private static final long serialVersionUID = 1;

        InFlightPermits(int permits) {
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
}
