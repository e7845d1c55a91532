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
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.LocalOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.local.QueueBus;
import org.slimta.bus.impl.status.BusKind;
import org.slimta.bus.impl.transaction.ManagedBus;

/** A configured bus inside the JVM. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.slimta.bus.local",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LocalConfiguration.class, factory = true)
public final class ConfiguredLocal extends ConfiguredServerEnd<ConfiguredLocal.LocalSettings> {

    private static final String KIND = BusKind.LOCAL.label();

    record LocalSettings(BusIdentity identity, LocalOptions options, HandlerLimits handlerLimits)
            implements ServerEndSettings {

        /** It has no codecs of its own, so the wait for anything that is missing is the same. */
        @Override
        public Duration missingCodecTimeout() {
            return handlerLimits.missingTimeout();
        }

        @Override
        public Duration drainTimeout() {
            return options.drainTimeout();
        }
    }

    /**
     * Opens a local bus soon; does not block.
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
    ServerEnd<LocalSettings> openEnd(LocalSettings settings) throws BusException {
        String name = settings.identity().name();
        if (context().directory().client(name) != null) {
            throw new BusException(
                    Reason.CONNECT, "a client already uses slimta.bus.name=" + name + "; names must be unique");
        }
        QueueBus<Object, Object> bus =
                new QueueBus<>(settings.options(), context().resources().threads());
        return new QueueBusEnd(bus, new ReceivingEndpoint(bus.inbox(), null, null));
    }

    @Override
    boolean isSameEnd(LocalSettings before, LocalSettings now) {
        return true;
    }

    @Override
    public Set<End> ends() {
        return EnumSet.allOf(End.class);
    }

    @Override
    void reportDesired(LocalSettings settings, BusDTO bus) {
        // It has no address.
    }

    private record QueueBusEnd(QueueBus<Object, Object> bus, ReceivingEndpoint endpoint)
            implements ServerEnd<LocalSettings> {

        @Override
        public BusServer<Object, Object> server() {
            return bus.server();
        }

        @Override
        public BusClient<Object, Object> client() {
            return bus.client();
        }

        @Override
        public String address() {
            return null;
        }

        @Override
        public void reconfigure(LocalSettings settings) {
            bus.reconfigure(settings.options());
        }

        @Override
        public void close(boolean hasReceiver) {
            bus.close();
        }

        @Override
        public ManagedBus reporting() {
            return bus;
        }
    }
}
