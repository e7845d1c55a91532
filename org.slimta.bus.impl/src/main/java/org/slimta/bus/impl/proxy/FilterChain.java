package org.slimta.bus.impl.proxy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusFilter;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalBus;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.concurrent.DaemonThreads;
import org.slimta.bus.impl.transaction.ManagedBus;

/**
 * The end of a chain of filters: a proxy on a thread of its own for each, with a local bus behind it.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class FilterChain<Q, R> implements BusServer<Q, R>, ManagedBus {

    private final BusServer<Q, R> from;
    private final List<LocalBus<Q, R>> links = new ArrayList<>();
    private final BusServer<Q, R> last;
    private volatile boolean closed;

    /**
     * Starts a chain.
     *
     * @param from where the first filter receives
     * @param filters the filters in order
     * @param newLink opens a local bus
     */
    public FilterChain(
            BusServer<Q, R> from, List<? extends BusFilter<Q, R>> filters, Supplier<LocalBus<Q, R>> newLink) {
        this.from = from;
        boolean started = false;
        try {
            for (int i = 0; i < filters.size(); i++) {
                links.add(newLink.get());
            }
            for (int i = filters.size() - 1; i >= 0; i--) { // The one that takes from the bus last: what it takes is passed on.
                start(endBefore(i), filters.get(i), links.get(i), i + 1);
            }
            started = true;
        } finally {
            if (!started) {
                links.forEach(LocalBus::close); // Whatever runs already ends with them.
            }
        }
        last = endBefore(filters.size());
    }

    private BusServer<Q, R> endBefore(int filter) {
        return filter == 0 ? from : links.get(filter - 1).server();
    }

    /** When what a proxy receives from is closed and has drained, the rest of the chain ends after it. */
    private void start(BusServer<Q, R> before, BusFilter<Q, R> filter, LocalBus<Q, R> link, int number) {
        FilterProxy<Q, R> proxy = new FilterProxy<>(before, link.client(), filter);
        Runnable running = () -> {
            try {
                do {
                    proxy.run(); // Nobody interrupts this thread but its filter, which means that transaction alone.
                } while (Thread.interrupted());
            } finally {
                before.close();
                link.close();
            }
        };
        DaemonThreads.newThread(running, "slimta-bus-chain-" + from.name() + "-" + number).start();
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
    public void report(BusDTO bus) {
        bus.kind = "chain";
        bus.name = name();
        bus.address = "from " + from.name();
        bus.state = closed ? "closing" : "ready";
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Closes from the front: what was taken in there passes all filters before they are closed. */
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
