package org.slimta.bus.impl.proxy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.DaemonThreads;
import org.slimta.bus.impl.observing.BusObservers;
import org.slimta.bus.impl.observing.ObserverRegistry;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.transaction.ManagedBus;

/**
 * The receiving end of a chain of filters. Each filter is a proxy with a thread of its own, which sends to a local bus.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class FilterChain<Q, R> implements BusServer<Q, R>, ManagedBus {

    private final BusServer<Q, R> from;
    private final BusObservers observers;
    private final List<LocalBus<Q, R>> links = new ArrayList<>();
    private final BusServer<Q, R> last;
    private volatile boolean closed;

    /**
     * Starts a chain. If a local bus cannot be opened, those before it are closed, and nothing is received from the
     * server.
     *
     * @param from the server that the first filter receives from, not null
     * @param filters the filters in order, at least one
     * @param newLink opens a local bus
     * @param observers the observers of the chain, not null
     */
    public FilterChain(
            BusServer<Q, R> from,
            List<? extends BusFilter<Q, R>> filters,
            Supplier<LocalBus<Q, R>> newLink,
            BusObservers observers) {
        this.from = from;
        this.observers = observers;
        boolean started = false;
        try {
            for (int i = 0; i < filters.size(); i++) {
                links.add(newLink.get());
            }
            for (int i = filters.size() - 1; i >= 0; i--) { // The first filter last: what it receives can be passed on.
                start(sourceOf(i), filters.get(i), links.get(i), i + 1);
            }
            started = true;
        } finally {
            if (!started) {
                links.forEach(LocalBus::close); // Proxies that run already end with these.
            }
        }
        last = sourceOf(filters.size());
    }

    /** {@return the server that a filter receives from} */
    private BusServer<Q, R> sourceOf(int filter) {
        return filter == 0 ? from : links.get(filter - 1).server();
    }

    /**
     * Starts a proxy. When the bus that it receives from is closed and has drained, it closes the bus that it sends to.
     */
    private void start(BusServer<Q, R> source, BusFilter<Q, R> filter, LocalBus<Q, R> link, int number) {
        FilterProxy<Q, R> proxy = new FilterProxy<>(source, link.client(), filter, observers);
        Runnable running = () -> {
            try {
                do {
                    proxy.run(); // Only its filter interrupts this thread, and that concerns one transaction.
                } while (Thread.interrupted());
            } finally {
                source.close();
                link.close();
            }
        };
        DaemonThreads.newThread(running, "slimta-bus-chain-" + from.name() + "-" + number)
                .start();
    }

    @Override
    public String name() {
        return from.name();
    }

    @Override
    public InetSocketAddress address() {
        return from.address();
    }

    @Override
    public ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException {
        return last.recvRequest();
    }

    @Override
    public ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return last.recvRequest(timeout);
    }

    @Override
    public HandlerRegistration serve(RequestHandler<Q, R> handler, int maxConcurrentHandlers) {
        return last.serve(handler, maxConcurrentHandlers);
    }

    /** Does nothing: its filters have their observers from the start, and its buses have their own. */
    @Override
    public void observeWith(ObserverRegistry registry, Map<String, ?> properties) {}

    @Override
    public void report(BusDTO bus) {
        bus.kind = BusKind.CHAIN.label();
        bus.name = name();
        bus.address = "from " + from.name();
        bus.state = (closed ? BusState.CLOSING : BusState.READY).label();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Closes from the front: requests that were received there pass all filters before these are closed. */
    @Override
    public void close() {
        closed = true;
        from.close();
        links.forEach(LocalBus::close);
    }

    @Override
    public String toString() {
        return "chain of " + links.size() + " filters from " + from.name();
    }
}
