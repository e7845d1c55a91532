package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
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
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.MissingDependency;
import org.slimta.bus.impl.whiteboard.PipelineSpec;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/**
 * Runs what a configured bus receives through filters, by configuration. At its end is a handler; or, if there is none,
 * whoever uses its service, or another chain or proxy.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.chain",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ChainConfiguration.class, factory = true)
public final class ConfiguredChain extends ConfiguredBus<ConfiguredChain.ChainSettings> {

    private static final String KIND = "chain";

    record ChainSettings(BusIdentity names, String from, int minFilters, LocalOptions options, HandlerLimits handling)
            implements BusSettings {}

    private volatile ChainSettings current;
    private volatile ExclusiveReceiver tap;
    private volatile Publication publication;
    private volatile QueueBus<Object, Object> last;
    private volatile BusClient<Object, Object> toLast;
    private volatile ReceivingEndpoint end;

    /**
     * A chain.
     *
     * @param foundation what it stands on
     * @param properties its configuration
     */
    @Activate
    public ConfiguredChain(@Reference ConfigContext foundation, Map<String, Object> properties) {
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
    ChainSettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity names = BusIdentity.withoutTypes(settings);
        String from = settings.required("from", "relay");
        if (!from.isEmpty() && from.equals(names.name())) {
            settings.refuse("the setting from is the chain's own name; a chain cannot receive from itself");
        }
        int minFilters = HandlerLimits.minFilters(settings);
        LocalOptions options = OptionsReader.local(settings);
        HandlerLimits handling = HandlerLimits.read(settings);
        return new ChainSettings(names.complete(settings), from, minFilters, options, handling);
    }

    @Override
    void open(ChainSettings settings) throws BusException {
        String name = settings.names().name();
        PublishedEndpoint.checkFree(name, foundation());
        publication = null;
        ExclusiveReceiver opening = new ExclusiveReceiver(foundation(), name, settings.from(), this::reopenSoon);
        current = settings;
        tap = opening;
        last = new QueueBus<>(settings.options(), foundation().engine().threads());
        toLast = last.client();
        end = new ReceivingEndpoint(last.inbox(), null, null);
        if (!foundation().directory().add(name, end, null)) {
            opening.close(System.nanoTime());
            throw PublishedEndpoint.taken(name);
        }
        publication = new Publication(foundation().context(), properties(settings), this::used);
        opening.start(plan(settings), this::checkReady);
        publication.addWatched(BusServer.class, new SharedServer(last.server()));
        checkReady();
    }

    private Map<String, Object> properties(ChainSettings settings) {
        return settings.names().properties(KIND, null);
    }

    private PipelineSpec plan(ChainSettings settings) {
        return new PipelineSpec(
                settings.names().name(),
                properties(settings),
                tap.intake().requestType(),
                tap.intake().responseType(),
                true,
                settings.minFilters(),
                true,
                () -> publication.isUsed() || end.taker().get() != null ? toLast : null,
                () -> false,
                settings.handling().most(),
                settings.handling().timeout(),
                settings.handling().timeout(),
                settings.options().drainTimeout());
    }

    private void used() {
        foundation().configure(foundation().directory()::changed);
    }

    private void checkReady() {
        publication.update(() -> {
            ReceivingEndpoint from = tap.intake();
            MissingDependency lack = tap.lack();
            return (lack == null || lack.isHandler()) && foundation().hasCodecs(from.requestType(), from.responseType());
        });
    }

    @Override
    boolean apply(ChainSettings before, ChainSettings now) {
        if (!now.from().equals(before.from()) || !now.names().isSameBus(before.names())) {
            return false;
        }
        current = now;
        last.reconfigure(now.options());
        tap.replan(plan(now));
        publication.change(properties(now));
        checkReady();
        return true;
    }

    /** What was taken in is still received at the end, before that closes. */
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
                () -> tap.close(deadline),
                () -> foundation().directory().remove(current.names().name(), end, null),
                () -> last.inbox().close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))),
                last::close);
    }

    @Override
    TargetedBus target(ChainSettings settings) {
        return new TargetedBus(KIND, settings.names().name(), properties(settings), EnumSet.of(Kind.HANDLER, Kind.FILTER));
    }

    @Override
    void reportWanted(ChainSettings settings, BusDTO bus) {
        bus.address = "from " + settings.from();
    }

    @Override
    void reportOpen(BusDTO bus) {
        last.report(bus);
        tap.report(bus);
    }
}
