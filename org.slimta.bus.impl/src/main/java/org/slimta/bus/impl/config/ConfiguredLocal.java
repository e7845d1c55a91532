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
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.local.QueueBus;
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.PipelineSpec;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/** A bus inside the JVM, by configuration. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.local",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LocalConfiguration.class, factory = true)
public final class ConfiguredLocal extends ConfiguredBus<ConfiguredLocal.LocalSettings> {

    private static final String KIND = "local";

    record LocalSettings(BusIdentity identity, LocalOptions options, HandlerLimits handlerLimits) implements BusSettings {}

    private volatile QueueBus<Object, Object> bus;
    private volatile PublishedEndpoint end;

    /**
     * A local bus.
     *
     * @param context what all configured buses share
     * @param properties its configuration
     */
    @Activate
    public ConfiguredLocal(@Reference ConfigContext context, Map<String, Object> properties) {
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
    LocalSettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity identity = BusIdentity.withoutTypes(settings);
        LocalOptions options = OptionsReader.local(settings);
        HandlerLimits handlerLimits = HandlerLimits.read(settings);
        return new LocalSettings(identity.complete(settings), options, handlerLimits);
    }

    @Override
    void open(LocalSettings settings) throws BusException {
        BusIdentity identity = settings.identity();
        PublishedEndpoint.checkNameIsFree(identity.name(), context());
        if (context().directory().client(identity.name()) != null) {
            throw new BusException(
                    Reason.CONNECT,
                    "a client already uses slimta.bus.name=" + identity.name() + "; names must be unique");
        }
        end = null;
        bus = new QueueBus<>(settings.options(), context().resources().threads());
        BusClient<Object, Object> client = new SharedClient(bus.client());
        end = new PublishedEndpoint(context(), identity.properties(KIND, null), new ReceivingEndpoint(bus.inbox(), null, null));
        end.open(new SharedServer(bus.server()), client, pipeline(settings));
    }

    private PipelineSpec pipeline(LocalSettings settings) {
        BusIdentity identity = settings.identity();
        return new PipelineSpec(
                identity.name(),
                identity.properties(KIND, null),
                null,
                null,
                false,
                0,
                true,
                null,
                end::isInUse,
                settings.handlerLimits().maxConcurrent(),
                settings.handlerLimits().missingTimeout(),
                settings.handlerLimits().missingTimeout(),
                settings.options().drainTimeout());
    }

    @Override
    boolean apply(LocalSettings before, LocalSettings now) {
        if (!now.identity().isSameBus(before.identity())) {
            return false;
        }
        bus.reconfigure(now.options());
        end.change(now.identity().properties(KIND, null), pipeline(now));
        return true;
    }

    @Override
    void closeNow() {
        ClosingSteps.run(
                () -> {
                    if (end != null) {
                        end.withdraw();
                    }
                },
                bus::close,
                () -> {
                    if (end != null) {
                        end.close();
                    }
                });
    }

    @Override
    TargetedBus target(LocalSettings settings) {
        return new TargetedBus(KIND, settings.identity().name(), settings.identity().properties(KIND, null), EnumSet.of(Kind.HANDLER));
    }

    @Override
    void reportDesired(LocalSettings settings, BusDTO dto) {
        // It has no address.
    }

    @Override
    void reportOpen(BusDTO dto) {
        bus.report(dto);
        PublishedEndpoint now = end;
        if (now != null) { // It may just be opened anew.
            now.report(dto);
        }
    }
}
