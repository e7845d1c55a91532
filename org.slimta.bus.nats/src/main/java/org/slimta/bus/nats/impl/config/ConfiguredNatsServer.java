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
import org.slimta.bus.nats.impl.protocol.Words;
import org.slimta.bus.nats.impl.server.ClusterServer;
import org.slimta.bus.nats.impl.server.ServerSettings;
import org.slimta.bus.spi.CarriedServer;
import org.slimta.bus.spi.CarrierSettings;
import org.slimta.bus.spi.ConfiguredBuses;
import org.slimta.bus.spi.ServerCarrier;

/** A server over NATS that exists while its configuration does. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.nats.server",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ServerConfiguration.class, factory = true)
public final class ConfiguredNatsServer extends ConfiguredNatsEnd
        implements ServerCarrier<ConfiguredNatsServer.Settings> {

    private static final String KIND = "nats.server";

    /**
     * The settings.
     *
     * @param nats the name of the connection
     * @param connection the connection; null if there is none
     * @param server the settings of the server
     */
    record Settings(String nats, Connections.Connection connection, ServerSettings server) {}

    /**
     * Opens a server soon; does not block.
     *
     * @param connections the connections by name
     * @param buses makes the bus
     * @param configuration the configuration
     */
    @Activate
    public ConfiguredNatsServer(
            @Reference Connections connections, @Reference ConfiguredBuses buses, Map<String, Object> configuration) {
        super(connections);
        begin(configuration, buses.newServer(KIND, configuration, this));
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
        Duration presence = settings.duration("presenceInterval", ServerSettings.DEFAULT_PRESENCE_INTERVAL);
        if (presence.compareTo(Words.MAX_HELLO_INTERVAL) > 0 || presence.isZero()) {
            settings.addProblem("the setting presenceInterval is " + presence.toMillis()
                    + " ms; it must be more than zero and at most 2s");
        }
        return new Settings(nats, find(nats), new ServerSettings(subject(settings), presence));
    }

    @Override
    public String address(Settings settings) {
        return "nats:" + settings.server().subject();
    }

    @Override
    public Open open(Settings settings, CarriedServer<Object, Object> server) throws BusException {
        Connections.Connection connection = settings.connection();
        join(connection, settings.nats());
        return new OpenServer(
                new ClusterServer(
                        connection.cluster(),
                        settings.server(),
                        connection.options().prefix(),
                        server),
                connection);
    }

    /** An open server, which uses its connection. */
    private record OpenServer(ClusterServer server, Connections.Connection connection) implements Open {

        @Override
        public void stop() {
            server.stop();
        }

        @Override
        public void report(BusDTO bus) {
            server.report(bus);
        }

        @Override
        public void close() {
            server.close();
            connection.leave();
        }
    }
}
