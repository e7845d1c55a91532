package org.slimta.bus.impl.socket;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.slimta.bus.impl.codecs.ObjectCoder;
import org.slimta.bus.impl.concurrent.Threads;
import org.slimta.bus.impl.exchange.ExchangeContext;
import org.slimta.bus.impl.tls.Tls;
import org.slimta.bus.impl.transaction.Failures;
import org.slimta.bus.impl.transport.ConnectionSettings;
import org.slimta.bus.impl.transport.MemoryBudget;

/**
 * The collaborators of the connections of one client or server. Immutable: other options need another context.
 *
 * @param exchange the collaborators of its transactions
 * @param network makes and accepts connections
 * @param memory the memory that all connections use together
 * @param tls encrypts connections; null for no TLS
 */
record SocketContext(ExchangeContext exchange, Network network, MemoryBudget memory, Tls tls) {

    /** Returns a context with other options; this one if nothing changes. */
    SocketContext with(ExchangeContext newExchange, Tls newTls) {
        return newExchange == exchange && newTls == tls
                ? this
                : new SocketContext(newExchange, network, memory, newTls);
    }

    Threads threads() {
        return exchange.threads();
    }

    ObjectCoder coder() {
        return exchange.coder();
    }

    Failures failures() {
        return exchange.failures();
    }

    /** Returns the settings of a new connection. */
    ConnectionSettings settings(InetSocketAddress target, Executor streams, boolean countsUnsent) {
        return new ConnectionSettings(exchange.limits(), memory, tls, target, streams, countsUnsent);
    }
}
