package org.slimta.bus.nats.impl.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.nats.impl.cluster.Cluster;
import org.slimta.bus.nats.impl.jnats.JnatsCluster;

/**
 * The configured connections by their names, which servers and clients share. A connection that is taken away is closed when the last
 * of them has left it. Thread-safe.
 */
@Component(service = Connections.class)
public final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** One configured connection. */
    final class Connection {

        private final NatsOptions options;
        private final JnatsCluster cluster;
        private int users; // Guarded by Connections.this.
        private boolean removed; // Guarded by Connections.this.

        private Connection(NatsOptions options) {
            this.options = options;
            this.cluster = new JnatsCluster(options);
        }

        NatsOptions options() {
            return options;
        }

        Cluster cluster() {
            return cluster;
        }

        /** A server or client that has used it is closed. Blocks if it was the last one, and the connection is removed. */
        void leave() {
            boolean closes;
            synchronized (Connections.this) {
                users--;
                closes = removed && users == 0;
            }
            if (closes) {
                cluster.close();
            }
        }
    }

    private final Map<String, Connection> byName = new HashMap<>(); // Guarded by this.
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Sets what is told when a connection comes or goes; must not block. */
    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    /** Opens a connection. Returns null if there is one of that name. */
    Connection add(NatsOptions options) {
        Connection added;
        synchronized (this) {
            if (byName.containsKey(options.name())) {
                return null;
            }
            added = new Connection(options);
            byName.put(options.name(), added);
        }
        listeners.forEach(Runnable::run);
        return added;
    }

    /** A configuration was changed or deleted. Blocks if nothing uses the connection any more. */
    void remove(Connection connection) {
        boolean closes;
        synchronized (this) {
            byName.remove(connection.options().name(), connection);
            connection.removed = true;
            closes = connection.users == 0;
        }
        listeners.forEach(Runnable::run);
        if (closes) {
            connection.cluster.close();
        } else {
            LOG.info(
                    "The NATS connection {} is closed when its servers and clients have left it",
                    connection.options().name());
        }
    }

    /** Returns the connection of a name, or null. */
    synchronized Connection find(String name) {
        return byName.get(name);
    }

    /** A server or client is about to use a connection. Returns false if it was removed meanwhile. */
    synchronized boolean join(Connection connection) {
        if (connection == null || connection.removed) {
            return false;
        }
        connection.users++;
        return true;
    }
}
