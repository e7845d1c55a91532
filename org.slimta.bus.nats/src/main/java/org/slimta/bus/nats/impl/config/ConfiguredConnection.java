package org.slimta.bus.nats.impl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.nats.NatsOptions;
import org.slimta.bus.spi.CarrierSettings;
import org.slimta.bus.spi.ConfiguredBuses;

/** A connection to a cluster that exists while its configuration does. An invalid change leaves it as it was. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.nats",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConnectionConfiguration.class, factory = true)
public final class ConfiguredConnection {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredConnection.class);

    private final Connections connections;
    private final ConfiguredBuses buses;
    private final String pid;
    private Connections.Connection connection; // Guarded by this. Null if the configuration is invalid.

    /**
     * Begins to connect; does not block.
     *
     * @param connections the connections by name
     * @param buses reads the configuration
     * @param configuration the configuration
     */
    @Activate
    public ConfiguredConnection(
            @Reference Connections connections, @Reference ConfiguredBuses buses, Map<String, Object> configuration) {
        this.connections = connections;
        this.buses = buses;
        this.pid = String.valueOf(configuration.get(Constants.SERVICE_PID));
        configure(configuration);
    }

    @Modified
    void modified(Map<String, Object> configuration) {
        configure(configuration);
    }

    private synchronized void configure(Map<String, Object> configuration) {
        NatsOptions options = buses.readShared("nats", configuration, ConfiguredConnection::read);
        if (options == null || (connection != null && options.equals(connection.options()))) {
            return;
        }
        if (connection != null) {
            connections.remove(connection);
        }
        connection = connections.add(options);
        if (connection == null) {
            LOG.error(
                    "Another configuration already has slimta.nats.name={}; names must be unique. {} is ignored: give"
                            + " it another name, or delete the other one and then save this one again",
                    options.name(),
                    pid);
        }
    }

    private static NatsOptions read(CarrierSettings settings) {
        NatsOptions.Builder options = NatsOptions.builder();
        options.name(settings.required("slimta.nats.name", "main"));
        List<String> servers = settings.list("servers");
        if (!servers.isEmpty()) {
            options.servers(servers);
        }
        for (String server : servers) {
            if (!server.matches("(nats|tls)://[^/\\s]+")) {
                settings.addProblem("the setting servers has the value " + server
                        + "; it must be nats://HOST:PORT, several with semicolons between them");
            }
        }
        String user = settings.text("user");
        String password = settings.text("password");
        String token = settings.text("token");
        Path nkey = path(settings, "nkey");
        Path credentials = path(settings, "credentials");
        long ways = List.of(user != null, token != null, nkey != null, credentials != null).stream()
                .filter(given -> given)
                .count();
        if (ways > 1 && !(ways == 2 && user != null && password == null)) {
            settings.addProblem(
                    "more than one of user and password, token, nkey and credentials is set; choose one. A user"
                            + " without a password may be set with nkey or credentials: it is part of the subjects");
        }
        if (password != null && user == null) {
            settings.addProblem("the setting password is set, but user is not");
        }
        options.user(user, password).token(token).nkey(nkey).credentials(credentials);
        String prefix = settings.text("prefix");
        if (prefix != null) {
            check(settings, () -> options.prefix(prefix));
        }
        NatsOptions defaults = NatsOptions.builder().build();
        Duration connectTimeout = settings.duration("connectTimeout", defaults.connectTimeout());
        Duration pingInterval = settings.duration("pingInterval", defaults.pingInterval());
        Duration reconnectPause = settings.duration("reconnectPause", defaults.reconnectPause());
        check(settings, () -> options.connectTimeout(connectTimeout));
        check(settings, () -> options.pingInterval(pingInterval));
        check(settings, () -> options.reconnectPause(reconnectPause));
        options.discoverServers(settings.bool("discoverServers", true));
        options.tls(settings.tls());
        options.tlsFirst(settings.bool("tlsFirst", false));
        return options.build();
    }

    private static void check(CarrierSettings settings, Runnable option) {
        try {
            option.run();
        } catch (IllegalArgumentException e) {
            settings.addProblem("the setting " + e.getMessage());
        }
    }

    private static Path path(CarrierSettings settings, String name) {
        String text = settings.text(name);
        try {
            return text == null ? null : Path.of(text);
        } catch (IllegalArgumentException e) {
            settings.addProblem("the setting " + name + " is " + text + "; it must be the path of a file");
            return null;
        }
    }

    @Deactivate
    synchronized void close() {
        buses.forgetShared(pid);
        if (connection != null) {
            connections.remove(connection);
            connection = null;
        }
    }
}
