package org.slimta.bus.impl.config;

import java.util.EnumSet;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.factory.Hosts;
import org.slimta.bus.impl.socket.SocketServer;
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.PipelineSpec;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/** A server on a socket, by configuration. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.server",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ServerConfiguration.class, factory = true)
public final class ConfiguredServer extends ConfiguredBus<ConfiguredServer.ServerSettings> {

    private static final String KIND = "server";

    record ServerSettings(BusIdentity identity, String host, int port, ServerOptions options, HandlerLimits handlerLimits)
            implements BusSettings {}

    private volatile SocketServer<Object, Object> server;
    private volatile PublishedEndpoint end;

    /**
     * A server.
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
        String host = settings.text("host");
        int port = settings.port("port", 0);
        ServerOptions options = OptionsReader.server(settings);
        HandlerLimits handlerLimits = HandlerLimits.read(settings);
        return new ServerSettings(identity.complete(settings), host == null ? "127.0.0.1" : Hosts.withoutBrackets(host), port, options, handlerLimits);
    }

    @Override
    void open(ServerSettings settings) throws BusException {
        PublishedEndpoint.checkNameIsFree(settings.identity().name(), context());
        end = null;
        server = SocketServer.open(
                settings.host(),
                settings.port(),
                PayloadType.named(settings.identity().requestType()),
                PayloadType.named(settings.identity().responseType()),
                settings.options(),
                context().codecs(),
                context().resources().network(),
                context().resources().threads());
        BusServer<Object, Object> shared = new SharedServer(server);
        BusIdentity identity = settings.identity();
        end = new PublishedEndpoint(
                context(),
                identity.properties(KIND, address()),
                new ReceivingEndpoint(server.inbox(), identity.requestType(), identity.responseType()));
        try {
            end.open(shared, null, pipeline(settings));
        } catch (BusException e) {
            server.close();
            throw e;
        }
    }

    private String address() {
        return Hosts.withPort(server.address().getHostString(), server.address().getPort());
    }

    private PipelineSpec pipeline(ServerSettings settings) {
        BusIdentity identity = settings.identity();
        return new PipelineSpec(
                identity.name(),
                identity.properties(KIND, address()),
                identity.requestType(),
                identity.responseType(),
                false,
                0,
                true,
                null,
                end::isInUse,
                settings.handlerLimits().maxConcurrent(),
                settings.handlerLimits().missingTimeout(),
                settings.options().missingCodecTimeout(),
                settings.options().drainTimeout());
    }

    @Override
    boolean apply(ServerSettings before, ServerSettings now) throws BusException {
        boolean sameSocket = now.host().equals(before.host()) && now.port() == before.port();
        BusIdentity identity = now.identity();
        if (!sameSocket || !identity.isSameBus(before.identity())) {
            return false;
        }
        server.reconfigure(now.options());
        end.change(identity.properties(KIND, address()), pipeline(now));
        return true;
    }

    @Override
    boolean isInPlainText(ServerSettings settings) {
        return settings.options().tls() == null;
    }

    @Override
    TargetedBus target(ServerSettings settings) {
        return new TargetedBus(KIND, settings.identity().name(), settings.identity().properties(KIND, address()), EnumSet.of(Kind.HANDLER));
    }

    @Override
    void closeNow() {
        boolean hasReceiver = end != null && end.hasReceiver();
        ClosingSteps.run(
                () -> {
                    if (end != null) {
                        end.withdraw();
                    }
                },
                () -> server.close(hasReceiver),
                () -> {
                    if (end != null) {
                        end.close();
                    }
                });
    }

    @Override
    void reportDesired(ServerSettings settings, BusDTO bus) {
        bus.address = Hosts.withPort(settings.host(), settings.port());
    }

    @Override
    void reportOpen(BusDTO bus) {
        server.report(bus);
        PublishedEndpoint now = end;
        if (now != null) { // It may just be opened anew.
            now.report(bus);
        }
    }
}
