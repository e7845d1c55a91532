package org.slimta.bus.impl.config;

import java.util.Map;
import java.util.Objects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.factory.Hosts;
import org.slimta.bus.impl.socket.SocketServer;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.transaction.ManagedBus;

/** A configured server on a socket. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.server",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ServerConfiguration.class, factory = true)
public final class ConfiguredServer extends ConfiguredServerEnd<ConfiguredServer.ServerSettings> {

    private static final String KIND = BusKind.SERVER.label();

    record ServerSettings(
            BusIdentity identity, HostPort listenAddress, ServerOptions options, HandlerLimits handlerLimits)
            implements FrameServerSettings {}

    /**
     * Opens a server soon; does not block.
     *
     * @param context what all configured buses share
     * @param properties its configuration
     */
    @Activate
    public ConfiguredServer(@Reference ConfigContext context, Map<String, Object> properties) {
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
    ServerSettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity identity = BusIdentity.withTypes(settings);
        String host = Objects.requireNonNullElse(settings.text("host"), "127.0.0.1");
        int port = settings.port("port", 0);
        ServerOptions options = OptionsReader.server(settings);
        HandlerLimits handlerLimits = HandlerLimits.read(settings);
        HostPort listenAddress = new HostPort(Hosts.withoutBrackets(host), port);
        return new ServerSettings(identity.complete(settings), listenAddress, options, handlerLimits);
    }

    @Override
    ServerEnd<ServerSettings> openEnd(ServerSettings settings) throws BusException {
        BusIdentity identity = settings.identity();
        SocketServer<Object, Object> server = SocketServer.open(
                settings.listenAddress().host(),
                settings.listenAddress().port(),
                PayloadType.named(identity.requestType()),
                PayloadType.named(identity.responseType()),
                settings.options(),
                context().codecs(),
                context().resources().network(),
                context().resources().threads());
        return new SocketServerEnd(
                server, new ReceivingEndpoint(server.inbox(), identity.requestType(), identity.responseType()));
    }

    @Override
    boolean isSameEnd(ServerSettings before, ServerSettings now) {
        return now.listenAddress().equals(before.listenAddress());
    }

    @Override
    boolean isInPlainText(ServerSettings settings) {
        return settings.options().tls() == null;
    }

    @Override
    void reportDesired(ServerSettings settings, BusDTO bus) {
        bus.address = settings.listenAddress().toString();
    }

    private record SocketServerEnd(SocketServer<Object, Object> server, ReceivingEndpoint endpoint)
            implements ServerEnd<ServerSettings> {

        @Override
        public BusClient<Object, Object> client() {
            return null;
        }

        @Override
        public String address() {
            return Hosts.withPort(
                    server.address().getHostString(), server.address().getPort());
        }

        @Override
        public void reconfigure(ServerSettings settings) throws BusException {
            server.reconfigure(settings.options());
        }

        @Override
        public void close(boolean hasReceiver) {
            server.close(hasReceiver);
        }

        @Override
        public ManagedBus reporting() {
            return server;
        }
    }
}
