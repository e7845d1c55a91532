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

    record ServerSettings(BusIdentity names, String host, int port, ServerOptions options, HandlerLimits handling)
            implements BusSettings {}

    private volatile SocketServer<Object, Object> server;
    private volatile PublishedEndpoint end;

    /**
     * A server.
     *
     * @param foundation what it stands on
     * @param properties its configuration
     */
    @Activate
    public ConfiguredServer(@Reference ConfigContext foundation, Map<String, Object> properties) {
        super(foundation, KIND, properties);
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
        BusIdentity names = BusIdentity.withTypes(settings);
        String host = settings.text("host");
        int port = settings.port("port", 0);
        ServerOptions options = OptionsReader.server(settings);
        HandlerLimits handling = HandlerLimits.read(settings);
        return new ServerSettings(names.complete(settings), host == null ? "127.0.0.1" : Hosts.withoutBrackets(host), port, options, handling);
    }

    @Override
    void open(ServerSettings settings) throws BusException {
        PublishedEndpoint.checkFree(settings.names().name(), foundation());
        end = null;
        server = SocketServer.open(
                settings.host(),
                settings.port(),
                PayloadType.named(settings.names().requestType()),
                PayloadType.named(settings.names().responseType()),
                settings.options(),
                foundation().codecs(),
                foundation().engine().network(),
                foundation().engine().threads());
        BusServer<Object, Object> shared = new SharedServer(server);
        BusIdentity names = settings.names();
        end = new PublishedEndpoint(
                foundation(),
                names.properties(KIND, address()),
                new ReceivingEndpoint(server.inbox(), names.requestType(), names.responseType()));
        try {
            end.open(shared, null, plan(settings));
        } catch (BusException e) {
            server.close();
            throw e;
        }
    }

    private String address() {
        return Hosts.withPort(server.address().getHostString(), server.address().getPort());
    }

    private PipelineSpec plan(ServerSettings settings) {
        BusIdentity names = settings.names();
        return new PipelineSpec(
                names.name(),
                names.properties(KIND, address()),
                names.requestType(),
                names.responseType(),
                false,
                0,
                true,
                null,
                end::isReceivedFrom,
                settings.handling().most(),
                settings.handling().timeout(),
                settings.options().missingCodecTimeout(),
                settings.options().drainTimeout());
    }

    @Override
    boolean apply(ServerSettings before, ServerSettings now) throws BusException {
        boolean sameSocket = now.host().equals(before.host()) && now.port() == before.port();
        BusIdentity names = now.names();
        if (!sameSocket || !names.isSameBus(before.names())) {
            return false;
        }
        server.reconfigure(now.options());
        end.change(names.properties(KIND, address()), plan(now));
        return true;
    }

    @Override
    boolean isInPlainText(ServerSettings settings) {
        return settings.options().tls() == null;
    }

    @Override
    TargetedBus target(ServerSettings settings) {
        return new TargetedBus(KIND, settings.names().name(), settings.names().properties(KIND, address()), EnumSet.of(Kind.HANDLER));
    }

    @Override
    void closeNow() {
        boolean attended = end != null && end.isAttended();
        ClosingSteps.run(
                () -> {
                    if (end != null) {
                        end.withdraw();
                    }
                },
                () -> server.close(attended),
                () -> {
                    if (end != null) {
                        end.close();
                    }
                });
    }

    @Override
    void reportWanted(ServerSettings settings, BusDTO bus) {
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
