package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.EnumSet;
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
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.local.QueueBus;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.MissingDependency;
import org.slimta.bus.impl.whiteboard.PipelineSpec;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/**
 * A configured chain: passes the requests of a configured bus through filters. At its end is a handler or, if there
 * is none, a user of its service, or another chain or proxy.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.chain",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ChainConfiguration.class, factory = true)
public final class ConfiguredChain extends ConfiguredBus<ConfiguredChain.ChainSettings> {

    private static final String KIND = BusKind.CHAIN.label();

    record ChainSettings(
            BusIdentity identity, String from, int minFilters, LocalOptions options, HandlerLimits handlerLimits)
            implements BusSettings {}

    private volatile ChainSettings current;
    private volatile ExclusiveReceiver receiver;
    private volatile Publication publication;
    private volatile QueueBus<Object, Object> queue;
    private volatile BusClient<Object, Object> queueClient;
    private volatile ReceivingEndpoint endpoint;

    /**
     * Opens a chain soon; does not block.
     *
     * @param context what all configured buses share
     * @param properties its configuration
     */
    @Activate
    public ConfiguredChain(@Reference ConfigContext context, Map<String, Object> properties) {
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
    ChainSettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity identity = BusIdentity.withoutTypes(settings);
        String from = settings.required("from", "relay");
        if (!from.isEmpty() && from.equals(identity.name())) {
            settings.addProblem("the setting from is the chain's own name; a chain cannot receive from itself");
        }
        int minFilters = HandlerLimits.minFilters(settings);
        LocalOptions options = OptionsReader.local(settings);
        HandlerLimits handlerLimits = HandlerLimits.read(settings);
        return new ChainSettings(identity.complete(settings), from, minFilters, options, handlerLimits);
    }

    @Override
    void open(ChainSettings settings) throws BusException {
        String name = settings.identity().name();
        PublishedEndpoint.checkNameIsFree(name, context());
        publication = null;
        ExclusiveReceiver opening = new ExclusiveReceiver(context(), name, settings.from(), this::reopenSoon);
        current = settings;
        receiver = opening;
        queue = new QueueBus<>(settings.options(), context().resources().threads());
        queue.observeWith(context().resources().observers(), properties(settings));
        queueClient = queue.client();
        endpoint = new ReceivingEndpoint(queue.inbox(), null, null);
        if (!context().directory().add(name, endpoint, null)) {
            opening.close(System.nanoTime());
            throw PublishedEndpoint.nameInUse(name);
        }
        publication = new Publication(context().bundleContext(), properties(settings), this::onUse);
        opening.start(pipeline(settings), this::checkReady);
        publication.addWatched(BusServer.class, new SharedServer(queue.server()));
        checkReady();
    }

    private Map<String, Object> properties(ChainSettings settings) {
        return settings.identity().properties(KIND, null);
    }

    private PipelineSpec pipeline(ChainSettings settings) {
        return new PipelineSpec(
                settings.identity().name(),
                properties(settings),
                receiver.endpoint().requestType(),
                receiver.endpoint().responseType(),
                true,
                settings.minFilters(),
                true,
                new PipelineSpec.Downstream(
                        settings.identity().name(),
                        () -> publication.isUsed() || endpoint.owner().get() != null ? queueClient : null,
                        () -> "nothing receives from the chain"),
                () -> false,
                settings.handlerLimits().maxConcurrent(),
                settings.handlerLimits().missingTimeout(),
                settings.handlerLimits().missingTimeout(),
                settings.options().drainTimeout());
    }

    private void onUse() {
        context().execute(context().directory()::changed);
    }

    private void checkReady() {
        publication.update(() -> {
            ReceivingEndpoint from = receiver.endpoint();
            MissingDependency missing = receiver.missing();
            return (missing == null || missing.isHandler())
                    && context().hasCodecs(from.requestType(), from.responseType());
        });
    }

    @Override
    boolean apply(ChainSettings before, ChainSettings now) {
        if (!now.from().equals(before.from()) || !now.identity().isSameBus(before.identity())) {
            return false;
        }
        current = now;
        queue.reconfigure(now.options());
        queue.observeWith(context().resources().observers(), properties(now));
        receiver.reconfigure(pipeline(now));
        publication.change(properties(now));
        checkReady();
        return true;
    }

    /** Stops receiving first; what was accepted is still received at the end of the chain before that closes. */
    @Override
    void closeNow() {
        ClosingSteps.run(
                () -> {
                    if (publication != null) {
                        publication.close();
                    }
                },
                () -> drain(System.nanoTime() + current.options().drainTimeout().toNanos()));
    }

    private void drain(long deadline) {
        ClosingSteps.run(
                () -> receiver.close(deadline),
                () -> context().directory().remove(current.identity().name(), endpoint, null),
                () -> queue.inbox().close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))),
                queue::close);
    }

    @Override
    public Set<End> ends() {
        return EnumSet.of(End.RECEIVING);
    }

    @Override
    TargetedBus target(ChainSettings settings) {
        return new TargetedBus(
                KIND, settings.identity().name(), properties(settings), EnumSet.of(Kind.HANDLER, Kind.FILTER));
    }

    @Override
    void reportDesired(ChainSettings settings, BusDTO bus) {
        bus.address = "from " + settings.from();
    }

    @Override
    public void advance() {
        ExclusiveReceiver receiving = receiver;
        if (receiving != null) {
            receiving.advance();
        }
    }

    @Override
    void reportOpen(BusDTO bus) {
        queue.report(bus);
        receiver.report(bus);
    }
}
