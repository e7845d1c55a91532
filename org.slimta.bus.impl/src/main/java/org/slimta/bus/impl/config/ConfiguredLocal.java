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

    record LocalSettings(BusIdentity names, LocalOptions options, HandlerLimits handling) implements BusSettings {}

    private volatile QueueBus<Object, Object> bus;
    private volatile PublishedEndpoint end;

    /**
     * A local bus.
     *
     * @param foundation what it stands on
     * @param properties its configuration
     */
    @Activate
    public ConfiguredLocal(@Reference ConfigContext foundation, Map<String, Object> properties) {
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
    LocalSettings read(Settings settings) throws InvalidConfigurationException {
        BusIdentity names = BusIdentity.withoutTypes(settings);
        LocalOptions options = OptionsReader.local(settings);
        HandlerLimits handling = HandlerLimits.read(settings);
        return new LocalSettings(names.complete(settings), options, handling);
    }

    @Override
    void open(LocalSettings settings) throws BusException {
        BusIdentity names = settings.names();
        PublishedEndpoint.checkFree(names.name(), foundation());
        if (foundation().directory().client(names.name()) != null) {
            throw new BusException(
                    Reason.CONNECT,
                    "there is a client with slimta.bus.name=" + names.name() + " already; give each its own name");
        }
        end = null;
        bus = new QueueBus<>(settings.options(), foundation().engine().threads());
        BusClient<Object, Object> client = new SharedClient(bus.client());
        end = new PublishedEndpoint(foundation(), names.properties(KIND, null), new ReceivingEndpoint(bus.inbox(), null, null));
        end.open(new SharedServer(bus.server()), client, plan(settings));
    }

    private PipelineSpec plan(LocalSettings settings) {
        BusIdentity names = settings.names();
        return new PipelineSpec(
                names.name(),
                names.properties(KIND, null),
                null,
                null,
                false,
                0,
                true,
                null,
                end::isReceivedFrom,
                settings.handling().most(),
                settings.handling().timeout(),
                settings.handling().timeout(),
                settings.options().drainTimeout());
    }

    @Override
    boolean apply(LocalSettings before, LocalSettings now) {
        if (!now.names().isSameBus(before.names())) {
            return false;
        }
        bus.reconfigure(now.options());
        end.change(now.names().properties(KIND, null), plan(now));
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
        return new TargetedBus(KIND, settings.names().name(), settings.names().properties(KIND, null), EnumSet.of(Kind.HANDLER));
    }

    @Override
    void reportWanted(LocalSettings settings, BusDTO dto) {
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
