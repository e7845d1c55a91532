package org.slimta.bus.impl.config;

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
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.factory.Hosts;
import org.slimta.bus.impl.socket.SocketClient;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.Reportable;

/** A configured client of a server on a socket. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.client",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClientConfiguration.class, factory = true)
public final class ConfiguredClient extends ConfiguredClientEnd<ConfiguredClient.ClientSettings> {

    private static final String KIND = BusKind.CLIENT.label();

    record ClientSettings(BusIdentity identity, HostPort server, Duration drainTimeout, ClientOptions options)
            implements ClientEndSettings {

        @Override
        public String serverAddress() {
            return server.toString();
        }
    }

    /**
     * Opens a client soon; does not block.
     *
     * @param context what all configured buses share
     * @param properties its configuration
     */
    @Activate
    public ConfiguredClient(@Reference ConfigContext context, Map<String, Object> properties) {
        super(context, KIND, properties);
        configure(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configure(properties);
    }

    @Deactivate
    void close() {
        deactivate();
    }

    @Override
    ClientSettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity identity = BusIdentity.withTypes(settings);
        String host = Hosts.withoutBrackets(settings.required("host", "relay.example.com"));
        int port = settings.port("port", 1);
        Duration drainTimeout = settings.duration("drainTimeout", DEFAULT_DRAIN_TIMEOUT);
        ClientOptions options = OptionsReader.client(settings);
        return new ClientSettings(identity.complete(settings), new HostPort(host, port), drainTimeout, options);
    }

    @Override
    ClientEnd<ClientSettings> openEnd(ClientSettings settings) {
        SocketClient<Object, Object> client = new SocketClient<>(
                settings.server().host(),
                settings.server().port(),
                PayloadType.named(settings.identity().responseType()),
                settings.options(),
                context().codecs(),
                context().resources().network(),
                context().resources().threads());
        client.checkTls();
        return new SocketClientEnd(client);
    }

    @Override
    boolean isSameEnd(ClientSettings before, ClientSettings now) {
        return now.server().equals(before.server());
    }

    @Override
    boolean isInPlainText(ClientSettings settings) {
        return settings.options().tls() == null;
    }

    private record SocketClientEnd(SocketClient<Object, Object> client) implements ClientEnd<ClientSettings> {

        @Override
        public void reconfigure(ClientSettings settings) throws BusException {
            client.reconfigure(settings.options());
        }

        @Override
        public void awaitIdle(Duration timeout) {
            client.awaitIdle(timeout);
        }

        @Override
        public void close() {
            client.close();
        }

        @Override
        public Reportable reporting() {
            return client;
        }
    }
}
