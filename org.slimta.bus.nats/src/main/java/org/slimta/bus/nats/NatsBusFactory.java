package org.slimta.bus.nats;

import java.util.Objects;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.nats.impl.client.ClientSettings;
import org.slimta.bus.nats.impl.client.ClusterClient;
import org.slimta.bus.nats.impl.jnats.JnatsCluster;
import org.slimta.bus.nats.impl.server.ClusterServer;
import org.slimta.bus.nats.impl.server.ClusterServerBus;
import org.slimta.bus.nats.impl.server.ServerSettings;
import org.slimta.bus.spi.CarrierBusFactory;

/**
 * Opens buses over one connection to a cluster of NATS nodes. Any number of servers and clients may have the same subject, anywhere at
 * the cluster; each request goes to one server. Thread-safe.
 */
public final class NatsBusFactory implements AutoCloseable {

    private final NatsOptions options;
    private final CarrierBusFactory buses;
    private final JnatsCluster cluster;

    /**
     * Begins to connect; does not wait for that.
     *
     * @param options how to connect; not null
     * @param buses makes the buses: the service, or on a plain class path a {@code StandaloneBusFactory}; not null, not closed with this
     */
    public NatsBusFactory(NatsOptions options, CarrierBusFactory buses) {
        this.options = Objects.requireNonNull(options, "options");
        this.buses = Objects.requireNonNull(buses, "buses");
        this.cluster = new JnatsCluster(options);
    }

    /**
     * Opens a server. Does not wait for a node.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param subject names the bus in the cluster; not empty
     * @param requestType type of the requests
     * @param responseType type of the responses
     * @param serverOptions the options; those about connections and TLS have no meaning here
     * @return the server, to be closed by the caller
     */
    public <Q, R> BusServer<Q, R> newServer(
            String subject, Class<Q> requestType, Class<R> responseType, ServerOptions serverOptions) {
        ServerSettings settings = new ServerSettings(checked(subject), ServerSettings.DEFAULT_PRESENCE_INTERVAL);
        var server = buses.newServer("nats:" + subject, requestType, responseType, serverOptions);
        return new ClusterServerBus<>(server, new ClusterServer(cluster, settings, options.prefix(), server));
    }

    /**
     * Opens a client. Does not wait for a node or a server.
     *
     * @param <Q> type of the requests
     * @param <R> type of the responses
     * @param subject names the bus in the cluster; not empty
     * @param requestType type of the requests
     * @param responseType type of the responses
     * @param clientOptions the options; those about connections and TLS have no meaning here
     * @return the client, to be closed by the caller
     */
    public <Q, R> BusClient<Q, R> newClient(
            String subject, Class<Q> requestType, Class<R> responseType, ClientOptions clientOptions) {
        ClientSettings settings = new ClientSettings(
                checked(subject), ClientSettings.DEFAULT_SILENCE_TIMEOUT, ClientSettings.DEFAULT_LOST_TIMEOUT);
        return buses.newClient(
                new ClusterClient(cluster, settings, options.prefix(), options.user()),
                requestType,
                responseType,
                clientOptions);
    }

    private static String checked(String subject) {
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("the subject is empty; it names the bus in the cluster");
        }
        return subject;
    }

    /** Closes the connection. Its buses should be closed before. Blocks for some seconds at most. */
    @Override
    public void close() {
        cluster.close();
    }
}
