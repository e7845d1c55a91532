package org.slimta.bus.impl.carrier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.exchange.FrameCarrier;
import org.slimta.bus.impl.exchange.FrameClient;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.text.Described;
import org.slimta.bus.impl.transaction.CappedClient;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.impl.transport.MemoryBudget;
import org.slimta.bus.spi.CarriedClient;
import org.slimta.bus.spi.Carrier;

/**
 * A client whose requests are brought to a server by the carrier of another bundle. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class CarrierClient<Q, R> implements CarriedClient<Q, R>, CappedClient<Q, R>, ManagedBus {

    private enum State {
        /** Transactions are sent. */
        OPEN,
        /** Transactions are not sent any more, and end. */
        STOPPED,
        /** The carrier is closed. */
        CLOSED
    }

    private final Carrier carrier;
    private final ClientContext<R> context;
    private final FrameClient<Q, R> client;
    private final MemoryBudget.Account arriving;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /**
     * Makes a client. Sends nothing.
     *
     * @param carrier brings its requests to a server; closed with the client
     * @param responseType the type of the responses
     * @param options the options
     * @param codecs the codecs that are registered
     * @param threads for deadlines, and to decode
     */
    public CarrierClient(
            Carrier carrier, PayloadType<R> responseType, ClientOptions options, Codecs codecs, Threads threads) {
        this.carrier = carrier;
        MemoryBudget memory = new MemoryBudget(options.memoryLimit(), threads.timer(), each -> {});
        this.arriving = memory.newAccount();
        this.context = new ClientContext<>(carrier.target(), responseType, options, codecs, threads, memory);
        this.client = new FrameClient<>(context, new Adapter());
    }

    /** Passes transactions to the carrier of the other bundle, whose methods may throw. */
    private final class Adapter implements FrameCarrier<R> {

        @Override
        public void dispatch(FramedTransaction<R> transaction) {
            if (state.get() != State.OPEN) {
                transaction.fail(context.failures().closed());
                return;
            }
            CarriedTransaction<R> carried = new CarriedTransaction<>(context, transaction, carrier, arriving);
            transaction.assign(carried);
            try {
                carrier.send(carried);
            } catch (RuntimeException | Error e) {
                transaction.fail(Reason.CLOSED, "the carrier failed: " + Described.of(e), e);
            }
            if (transaction.isDone()) {
                carried.forget(transaction); // It may have ended before it was assigned.
            }
        }

        @Override
        public int peerCount() {
            return CarrierCalls.ask("tell its peers", context.target(), 0, carrier::peerCount);
        }

        @Override
        public void stop() {
            state.compareAndSet(State.OPEN, State.STOPPED);
        }

        @Override
        public void close() {
            if (state.getAndSet(State.CLOSED) != State.CLOSED) {
                CarrierCalls.call("close", context.target(), carrier::close);
                arriving.close();
            }
        }
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, long mostNanos) throws InterruptedException {
        return client.sendRequest(requests, mostNanos);
    }

    @Override
    public void reconfigure(ClientOptions newOptions) {
        int before = context.options().maxInFlight();
        context.setOptions(newOptions);
        client.resize(newOptions.maxInFlight() - before);
    }

    @Override
    public void report(BusDTO bus) {
        client.report(bus);
        bus.kind = BusKind.CLIENT.label();
        bus.address = context.target();
    }

    @Override
    public boolean isClosed() {
        return client.isClosed();
    }

    /** Fails the transactions in flight with {@code CLOSED}, and closes the carrier. */
    @Override
    public void close() {
        client.close();
    }

    /**
     * Waits until no transaction is in flight. An interrupt ends the wait and stays set.
     *
     * @param timeout how long to wait at most
     */
    public void awaitIdle(Duration timeout) {
        client.awaitIdle(timeout);
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
