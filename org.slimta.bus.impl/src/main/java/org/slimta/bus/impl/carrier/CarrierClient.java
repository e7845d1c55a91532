package org.slimta.bus.impl.carrier;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ClientTransaction;
import org.slimta.bus.api.Headers;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.Codecs;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ClientContext;
import org.slimta.bus.impl.exchange.FrameCarrier;
import org.slimta.bus.impl.exchange.FrameClient;
import org.slimta.bus.impl.exchange.FramedTransaction;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.status.BusKind;
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

    private final Carrier carrier;
    private final ClientContext<R> context;
    private final FrameClient<Q, R> client;
    private final MemoryBudget.Account arriving;
    private final CarrierUse use;
    private volatile boolean stopped;

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
        this.use = new CarrierUse(() -> {
            CarrierCalls.call("close", context.target(), carrier::close);
            arriving.close();
        });
        this.client = new FrameClient<>(context, new Adapter());
    }

    /** Passes transactions to the carrier of the other bundle, whose methods may throw. */
    private final class Adapter implements FrameCarrier<R> {

        @Override
        public void dispatch(FramedTransaction<R> transaction) {
            if (stopped || !use.begin()) {
                transaction.fail(context.failures().closed());
                return;
            }
            new CarriedTransaction<>(context, transaction, carrier, arriving, use::end).send();
        }

        @Override
        public int peerCount() {
            return CarrierCalls.ask("count its peers", context.target(), 0, carrier::peerCount);
        }

        @Override
        public void stop() {
            stopped = true;
        }

        @Override
        public void close() {
            use.close();
        }
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public ClientTransaction<R> sendRequest(List<? extends Q> requests, Headers headers, long mostNanos)
            throws InterruptedException {
        return client.sendRequest(requests, headers, mostNanos);
    }

    /** One change at a time: each adds the difference to what was before to the permits. */
    @Override
    public synchronized void reconfigure(ClientOptions newOptions) {
        int before = context.options().maxInFlight();
        context.setOptions(newOptions);
        client.resize(newOptions.maxInFlight() - before);
    }

    @Override
    public void observeWith(ObserverRegistry registry, Map<String, ?> properties) {
        context.pending().setObservers(BusObservers.of(registry, properties));
    }

    @Override
    public void report(BusDTO bus) {
        client.report(bus);
        bus.kind = BusKind.CLIENT.label();
        bus.address = context.target();
        CarrierCalls.call("report", context.target(), () -> carrier.report(bus));
    }

    /** {@return why transactions cannot be sent now, or null} */
    public String waitingFor() {
        AtomicReference<String> reason = new AtomicReference<>();
        CarrierCalls.call("tell what it waits for", context.target(), () -> reason.set(carrier.waitingFor()));
        return reason.get();
    }

    /**
     * Sets what is told of changes of {@link #waitingFor}. To be called at most once, before the first transaction.
     *
     * @param listener does not block; called on any thread
     */
    public void setListener(Runnable listener) {
        CarrierCalls.call("take a listener", context.target(), () -> carrier.setListener(listener));
    }

    @Override
    public void advance() {
        client.advance();
    }

    @Override
    public boolean isClosed() {
        return client.isClosed();
    }

    /**
     * Fails the transactions in flight with {@code CLOSED}, and closes the carrier; if another thread is calling the carrier
     * now, that thread closes it afterwards.
     */
    @Override
    public void close() {
        client.close();
    }

    /** {@return completes when the carrier is closed} */
    public CompletableFuture<Void> whenCarrierClosed() {
        return use.whenClosed();
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
