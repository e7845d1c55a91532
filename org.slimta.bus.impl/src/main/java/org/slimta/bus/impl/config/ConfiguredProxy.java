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
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.PipelineSpec;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/** Passes what one configured bus receives through filters to another, by configuration. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.proxy",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ProxyConfiguration.class, factory = true)
public final class ConfiguredProxy extends ConfiguredBus<ConfiguredProxy.ProxySettings> {

    private static final String KIND = "proxy";
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    record ProxySettings(
            BusIdentity names, String from, String to, int minFilters, HandlerLimits handling, Duration drainTimeout)
            implements BusSettings {}

    private volatile ProxySettings current;
    private volatile ExclusiveReceiver tap;
    private volatile Publication publication;

    /**
     * A proxy.
     *
     * @param foundation what it stands on
     * @param properties its configuration
     */
    @Activate
    public ConfiguredProxy(@Reference ConfigContext foundation, Map<String, Object> properties) {
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
    ProxySettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity names = BusIdentity.withoutTypes(settings);
        String from = settings.required("from", "edge");
        String to = settings.required("to", "relay");
        int minFilters = HandlerLimits.minFilters(settings);
        HandlerLimits handling = HandlerLimits.read(settings);
        Duration drainTimeout = settings.duration("drainTimeout", DRAIN_TIMEOUT);
        return new ProxySettings(names.complete(settings), from, to, minFilters, handling, drainTimeout);
    }

    @Override
    void open(ProxySettings settings) throws BusException {
        publication = null;
        ExclusiveReceiver opening = new ExclusiveReceiver(foundation(), settings.names().name(), settings.from(), this::reopenSoon);
        current = settings;
        tap = opening;
        publication = new Publication(foundation().context(), settings.names().properties(KIND, null), () -> {});
        opening.start(plan(settings), this::checkReady);
        checkReady();
    }

    private PipelineSpec plan(ProxySettings settings) {
        return new PipelineSpec(
                settings.names().name(),
                settings.names().properties(KIND, null),
                tap.intake().requestType(),
                tap.intake().responseType(),
                true,
                settings.minFilters(),
                false,
                () -> foundation().directory().client(current.to()),
                () -> false,
                settings.handling().most(),
                settings.handling().timeout(),
                settings.handling().timeout(),
                settings.drainTimeout());
    }

    private void checkReady() {
        publication.update(() -> tap.lack() == null);
    }

    @Override
    boolean apply(ProxySettings before, ProxySettings now) {
        if (!now.from().equals(before.from()) || !now.names().isSameBus(before.names())) {
            return false;
        }
        current = now;
        tap.replan(plan(now));
        publication.change(now.names().properties(KIND, null));
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
                () -> tap.close(System.nanoTime() + current.drainTimeout().toNanos()));
    }

    @Override
    TargetedBus target(ProxySettings settings) {
        return new TargetedBus(
                KIND, settings.names().name(), settings.names().properties(KIND, null), EnumSet.of(Kind.FILTER));
    }

    @Override
    void reportWanted(ProxySettings settings, BusDTO bus) {
        bus.address = "from " + settings.from() + ", to " + settings.to();
    }

    @Override
    void reportOpen(BusDTO bus) {
        tap.report(bus);
        bus.address += ", to " + current.to();
    }
}
