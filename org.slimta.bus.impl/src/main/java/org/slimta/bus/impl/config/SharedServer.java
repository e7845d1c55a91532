package org.slimta.bus.impl.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.slimta.bus.api.BusConstants;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.HandlerRegistration;
import org.slimta.bus.api.RequestHandler;
import org.slimta.bus.api.ServerTransaction;

/**
 * The receiving end of a configured bus as its users see it. They do not own the bus, so closing this end does
 * nothing.
 */
record SharedServer(BusServer<Object, Object> server) implements BusServer<Object, Object> {

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public ServerTransaction<Object, Object> recvRequest() throws BusException, InterruptedException {
        return server.recvRequest();
    }

    @Override
    public ServerTransaction<Object, Object> recvRequest(Duration timeout) throws BusException, InterruptedException {
        return server.recvRequest(timeout);
    }

    @Override
    public HandlerRegistration serve(RequestHandler<Object, Object> handler, int maxConcurrentHandlers) {
        throw new IllegalStateException("bus " + name()
                + ": it is configured, so its handlers are services: register the handler as a service with the"
                + " property " + BusConstants.WHITEBOARD_TARGET + "=(slimta.bus.name=" + name() + ")");
    }

    /** Does nothing: the configuration closes the bus. */
    @Override
    public void close() {}
}
