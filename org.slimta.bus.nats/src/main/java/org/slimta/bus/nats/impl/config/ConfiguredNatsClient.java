package org.slimta.bus.nats.impl.config;

import java.time.Duration;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.nats.impl.client.ClientSettings;
import org.slimta.bus.nats.impl.client.ClusterClient;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.CarrierSettings;
import org.slimta.bus.spi.ClientCarrier;
import org.slimta.bus.spi.ConfiguredBuses;
import org.slimta.bus.spi.OutboundRequest;

/** A client over NATS that exists while its configuration does. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.nats.client",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClientConfiguration.class, factory = true)
public final class ConfiguredNatsClient extends ConfiguredNatsEnd
        implements ClientCarrier<ConfiguredNatsClient.Settings> {

    private static final String KIND = "nats.client";

    /**
     * The settings.
     *
     * @param nats the name of the connection
     * @param connection the connection; null if there is none
     * @param client the settings of the client
     */
    record Settings(String nats, Connections.Connection connection, ClientSettings client) {}

    /**
     * Opens a client soon; does not block.
     *
     * @param connections the connections by name
     * @param buses makes the bus
     * @param configuration the configuration
     */
    @Activate
    public ConfiguredNatsClient(
            @Reference Connections connections, @Reference ConfiguredBuses buses, Map<String, Object> configuration) {
        super(connections);
        begin(configuration, buses.newClient(KIND, configuration, this));
    }

    @Modified
    void modified(Map<String, Object> configuration) {
        change(configuration);
    }

    @Deactivate
    void close() {
        closeNow();
    }

    @Override
    public Settings read(CarrierSettings settings) {
        String nats = settings.required("nats", "main");
        Duration silence = settings.duration("silenceTimeout", ClientSettings.DEFAULT_SILENCE_TIMEOUT);
        Duration lost = settings.duration("lostTimeout", ClientSettings.DEFAULT_LOST_TIMEOUT);
        if (silence.isZero() || lost.compareTo(silence) <= 0) {
            settings.addProblem("silenceTimeout is " + silence.toMillis() + " ms and lostTimeout " + lost.toMillis()
                    + " ms; silenceTimeout must be more than zero, and lostTimeout more than that");
        }
        return new Settings(nats, find(nats), new ClientSettings(subject(settings), silence, lost));
    }

    @Override
    public String address(Settings settings) {
        return "nats:" + settings.client().subject();
    }

    @Override
    public Carrier open(Settings settings) throws BusException {
        Connections.Connection connection = settings.connection();
        join(connection, settings.nats());
        ClusterClient client = new ClusterClient(
                connection.cluster(),
                settings.client(),
                connection.options().prefix(),
                connection.options().user());
        return new OpenClient(client, connection);
    }

    /** An open client, which uses its connection. */
    private record OpenClient(ClusterClient client, Connections.Connection connection) implements Carrier {

        @Override
        public String target() {
            return client.target();
        }

        @Override
        public void send(OutboundRequest request) {
            client.send(request);
        }

        @Override
        public void ended(OutboundRequest request) {
            client.ended(request);
        }

        @Override
        public int peerCount() {
            return client.peerCount();
        }

        @Override
        public void report(BusDTO bus) {
            client.report(bus);
        }

        @Override
        public String waitingFor() {
            return client.waitingFor();
        }

        @Override
        public void setListener(Runnable listener) {
            client.setListener(listener);
        }

        @Override
        public void close() {
            client.close();
            connection.leave();
        }
    }
}
