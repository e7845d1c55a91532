package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.factory.Hosts;
import org.slimta.bus.impl.socket.SocketClient;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/** A client of a server on a socket, by configuration. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.client",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClientConfiguration.class, factory = true)
public final class ConfiguredClient extends ConfiguredBus<ConfiguredClient.ClientSettings> {

    private static final String KIND = "client";
    private static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(5);

    record ClientSettings(BusIdentity identity, String host, int port, Duration drainTimeout, ClientOptions options)
            implements BusSettings {}

    private final Runnable codecListener = this::checkReady;
    private volatile ClientSettings current;
    private volatile SocketClient<Object, Object> client;
    private volatile BusClient<Object, Object> shared;
    private volatile Publication publication;

    /**
     * A client.
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
        return new ClientSettings(identity.complete(settings), host, port, drainTimeout, options);
    }

    @Override
    void open(ClientSettings settings) throws BusException {
        String name = settings.identity().name();
        current = settings;
        publication = null;
        client = new SocketClient<>(
                settings.host(),
                settings.port(),
                PayloadType.named(settings.identity().responseType()),
                settings.options(),
                context().codecs(),
                context().resources().network(),
                context().resources().threads());
        shared = new SharedClient(client);
        if (!context().directory().add(name, null, shared)) {
            client.close();
            throw new BusException(
                    Reason.CONNECT,
                    "another client or local bus already uses slimta.bus.name=" + name + "; names must be unique");
        }
        publication = new Publication(context().bundleContext(), properties(settings), () -> {});
        publication.add(BusClient.class, shared);
        context().codecs().addListener(codecListener);
        checkReady();
    }

    private static Map<String, Object> properties(ClientSettings settings) {
        return settings.identity().properties(KIND, Hosts.withPort(settings.host(), settings.port()));
    }

    private void checkReady() {
        BusIdentity identity = current.identity();
        publication.update(() -> context().hasCodecs(identity.requestType(), identity.responseType()));
    }

    @Override
    boolean apply(ClientSettings before, ClientSettings now) {
        boolean sameTarget = now.host().equals(before.host()) && now.port() == before.port();
        if (!sameTarget || !now.identity().isSameBus(before.identity())) {
            return false;
        }
        current = now;
        client.reconfigure(now.options());
        publication.change(properties(now));
        checkReady();
        return true;
    }

    @Override
    boolean isInPlainText(ClientSettings settings) {
        return settings.options().tls() == null;
    }

    /** Who has it may still get the answers to what is under way. */
    @Override
    void closeNow() {
        context().codecs().removeListener(codecListener);
        ClosingSteps.run(
                () -> {
                    if (publication != null) {
                        publication.close();
                    }
                },
                () -> drain(System.nanoTime() + current.drainTimeout().toNanos()));
    }

    private void drain(long deadline) {
        ClosingSteps.run(
                () -> context().directory().remove(current.identity().name(), null, shared),
                () -> context().dispatchers().awaitLeft(shared),
                () -> client.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))),
                client::close);
    }

    @Override
    TargetedBus target(ClientSettings settings) {
        return new TargetedBus(KIND, settings.identity().name(), properties(settings), Set.of());
    }

    @Override
    void reportDesired(ClientSettings settings, BusDTO bus) {
        bus.address = Hosts.withPort(settings.host(), settings.port());
    }

    @Override
    void reportOpen(BusDTO bus) {
        client.report(bus);
        BusIdentity identity = current.identity();
        bus.requestType = identity.requestType();
        bus.waitingFor = context().missingCodec(identity.requestType(), identity.responseType());
        bus.state = bus.waitingFor == null ? bus.state : "waiting";
    }
}
