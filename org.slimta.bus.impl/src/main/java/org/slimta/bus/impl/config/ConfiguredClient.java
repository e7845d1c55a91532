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
import org.slimta.bus.impl.factory.ProviderResources;
import org.slimta.bus.impl.socket.SocketClient;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.transaction.ManagedBus;

/** A configured client of a server on a socket. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.client",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClientConfiguration.class, factory = true)
public final class ConfiguredClient extends ConfiguredClientEnd<ConfiguredClient.ClientSettings> {

    private static final String KIND = BusKind.CLIENT.label();

    record ClientSettings(BusIdentity identity, ServersSetting servers, Duration drainTimeout, ClientOptions options)
            implements ClientEndSettings {

        @Override
        public String serverAddress() {
            return servers.toString();
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
        ServersSetting servers = ServersSetting.read(settings);
        Duration drainTimeout = settings.duration("drainTimeout", DEFAULT_DRAIN_TIMEOUT);
        ClientOptions options = OptionsReader.client(settings);
        return new ClientSettings(identity.complete(settings), servers, drainTimeout, options);
    }

    @Override
    ClientEnd<ClientSettings> openEnd(ClientSettings settings) {
        SocketClient<Object, Object> client = newClient(settings);
        client.checkTls();
        return new SocketClientEnd(client);
    }

    private SocketClient<Object, Object> newClient(ClientSettings settings) {
        PayloadType<Object> responseType = PayloadType.named(settings.identity().responseType());
        ProviderResources resources = context().resources();
        HostPort one = settings.servers().one();
        return one == null
                ? new SocketClient<>(
                        settings.servers().hosts(),
                        responseType,
                        settings.options(),
                        context().codecs(),
                        resources.network(),
                        resources.threads())
                : new SocketClient<>(
                        one.host(),
                        one.port(),
                        responseType,
                        settings.options(),
                        context().codecs(),
                        resources.network(),
                        resources.threads());
    }

    @Override
    boolean isSameEnd(ClientSettings before, ClientSettings now) {
        return now.servers().isSameEnd(before.servers());
    }

    @Override
    boolean isInPlainText(ClientSettings settings) {
        return settings.options().tls() == null;
    }

    private record SocketClientEnd(SocketClient<Object, Object> client) implements ClientEnd<ClientSettings> {

        @Override
        public void reconfigure(ClientSettings settings) throws BusException {
            client.reconfigure(settings.options());
            if (settings.servers().one() == null) {
                client.setHosts(settings.servers().hosts());
            }
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
        public ManagedBus reporting() {
            return client;
        }
    }
}
