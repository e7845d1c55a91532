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
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.PipelineSpec;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/** A configured proxy: passes the requests of one configured bus through filters to another one. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.proxy",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ProxyConfiguration.class, factory = true)
public final class ConfiguredProxy extends ConfiguredBus<ConfiguredProxy.ProxySettings> {

    private static final String KIND = BusKind.PROXY.label();
    private static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(5);

    record ProxySettings(
            BusIdentity identity,
            String from,
            String to,
            int minFilters,
            HandlerLimits handlerLimits,
            Duration drainTimeout)
            implements BusSettings {}

    private volatile ProxySettings current;
    private volatile ExclusiveReceiver receiver;
    private volatile Publication publication;

    /**
     * Opens a proxy soon; does not block.
     *
     * @param context what all configured buses share
     * @param properties its configuration
     */
    @Activate
    public ConfiguredProxy(@Reference ConfigContext context, Map<String, Object> properties) {
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
    ProxySettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity identity = BusIdentity.withoutTypes(settings);
        String from = settings.required("from", "edge");
        String to = settings.required("to", "relay");
        int minFilters = HandlerLimits.minFilters(settings);
        HandlerLimits handlerLimits = HandlerLimits.read(settings);
        Duration drainTimeout = settings.duration("drainTimeout", DEFAULT_DRAIN_TIMEOUT);
        return new ProxySettings(identity.complete(settings), from, to, minFilters, handlerLimits, drainTimeout);
    }

    @Override
    void open(ProxySettings settings) throws BusException {
        publication = null;
        ExclusiveReceiver opening =
                new ExclusiveReceiver(context(), settings.identity().name(), settings.from(), this::reopenSoon);
        current = settings;
        receiver = opening;
        publication = new Publication(context().bundleContext(), properties(settings), () -> {});
        opening.start(pipeline(settings), this::checkReady);
        checkReady();
    }

    private static Map<String, Object> properties(ProxySettings settings) {
        return settings.identity().properties(KIND, null);
    }

    private PipelineSpec pipeline(ProxySettings settings) {
        return new PipelineSpec(
                settings.identity().name(),
                properties(settings),
                receiver.endpoint().requestType(),
                receiver.endpoint().responseType(),
                true,
                settings.minFilters(),
                false,
                new PipelineSpec.Downstream(
                        settings.to(),
                        () -> context().directory().client(current.to()),
                        () -> context().absence("to", current.to(), End.SENDING)),
                () -> false,
                settings.handlerLimits().maxConcurrent(),
                settings.handlerLimits().missingTimeout(),
                settings.handlerLimits().missingTimeout(),
                settings.drainTimeout());
    }

    private void checkReady() {
        publication.update(() -> receiver.missing() == null);
    }

    @Override
    boolean apply(ProxySettings before, ProxySettings now) {
        if (!now.from().equals(before.from()) || !now.identity().isSameBus(before.identity())) {
            return false;
        }
        current = now;
        receiver.reconfigure(pipeline(now));
        publication.change(properties(now));
        checkReady();
        return true;
    }

    @Override
    void closeNow() {
        ClosingSteps.run(
                () -> {
                    if (publication != null) {
                        publication.close();
                    }
                },
                () -> receiver.close(System.nanoTime() + current.drainTimeout().toNanos()));
    }

    @Override
    public Set<End> ends() {
        return EnumSet.noneOf(End.class);
    }

    @Override
    TargetedBus target(ProxySettings settings) {
        return new TargetedBus(KIND, settings.identity().name(), properties(settings), EnumSet.of(Kind.FILTER));
    }

    @Override
    void reportDesired(ProxySettings settings, BusDTO bus) {
        bus.address = "from " + settings.from() + ", to " + settings.to();
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
        receiver.report(bus);
        bus.address += ", to " + current.to();
    }
}
