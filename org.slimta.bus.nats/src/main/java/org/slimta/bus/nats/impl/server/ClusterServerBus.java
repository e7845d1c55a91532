package org.slimta.bus.nats.impl.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;
import org.slimta.bus.spi.CarriedServer;

/**
 * A server in code, which closes what brings its requests too. Thread-safe.
 *
 * @param <Q> type of the requests
 * @param <R> type of the responses
 */
public final class ClusterServerBus<Q, R> implements BusServer<Q, R> {

    private final CarriedServer<Q, R> server;
    private final ClusterServer carrier;

    /**
     * A server that is open.
     *
     * @param server takes the requests
     * @param carrier brings them
     */
    public ClusterServerBus(CarriedServer<Q, R> server, ClusterServer carrier) {
        this.server = server;
        this.carrier = carrier;
    }

    @Override
    public ServerTransaction<Q, R> recvRequest() throws BusException, InterruptedException {
        return server.recvRequest();
    }

    @Override
    public ServerTransaction<Q, R> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return server.recvRequest(timeout);
    }

    @Override
    public HandlerRegistration serve(RequestHandler<Q, R> handler, int maxConcurrentHandlers) {
        return server.serve(handler, maxConcurrentHandlers);
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    /** Tells that it leaves, answers what it has, and closes. */
    @Override
    public void close() {
        carrier.stop();
        server.close();
        carrier.close();
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
