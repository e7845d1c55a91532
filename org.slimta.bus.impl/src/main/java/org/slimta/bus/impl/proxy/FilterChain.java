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
import org.slimta.bus.impl.transaction.Opened;

/**
 * The end of a chain of filters: a proxy on a thread of its own for each, with a local bus behind it.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class FilterChain<Q, R> implements BusServer<Q, R>, Opened {

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
        BusServer<Q, R> end = from;
        int number = 0;
        for (BusFilter<Q, R> filter : filters) {
            LocalBus<Q, R> link = newLink.get();
            links.add(link);
            number++;
            start(end, filter, link, number);
            end = link.server();
        }
        last = end;
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
        Thread thread = new Thread(running, "slimta-bus-chain-" + from.name() + "-" + number);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.start();
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
