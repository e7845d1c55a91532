package org.slimta.bus.impl.config;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slimta.bus.spi.CarrierSettings;
import org.slimta.bus.spi.ClientCarrier;
import org.slimta.bus.spi.ConfiguredBuses;
import org.slimta.bus.spi.ConfiguredEnd;
import org.slimta.bus.spi.ServerCarrier;

/** Makes buses from the configurations of bundles with carriers. */
@Component(service = ConfiguredBuses.class)
public final class CarriedBuses implements ConfiguredBuses {

    private final ConfigContext context;
    private final Map<String, ConfigurationStatus> shared = new ConcurrentHashMap<>();

    /**
     * Creates the service.
     *
     * @param context what all configured buses share, and what closes them when the provider stops
     */
    @Activate
    public CarriedBuses(@Reference ConfigContext context) {
        this.context = context;
    }

    @Override
    public <S> ConfiguredEnd newServer(String kind, Map<String, Object> configuration, ServerCarrier<S> carrier) {
        return new CarriedServerBus<>(
                context,
                Objects.requireNonNull(kind, "kind"),
                configuration,
                Objects.requireNonNull(carrier, "carrier"));
    }

    @Override
    public <S> ConfiguredEnd newClient(String kind, Map<String, Object> configuration, ClientCarrier<S> carrier) {
        return new CarriedClientBus<>(
                context,
                Objects.requireNonNull(kind, "kind"),
                configuration,
                Objects.requireNonNull(carrier, "carrier"));
    }

    @Override
    public <S> S readShared(String kind, Map<String, Object> configuration, Function<CarrierSettings, S> reader) {
        String pid = String.valueOf(configuration.get(Constants.SERVICE_PID));
        ConfigurationStatus status = shared.computeIfAbsent(pid, any -> new ConfigurationStatus(pid, kind));
        Settings settings = new Settings(configuration);
        S read = null;
        try {
            S found = reader.apply(new ReadSettings(settings));
            settings.check();
            read = found;
            status.valid(settings.others());
        } catch (InvalidConfigurationException e) {
            status.invalid(e);
        }
        status.report(context.rejections(), "");
        return PidSpelling.isSingleton(pid) ? null : read;
    }

    @Override
    public void forgetShared(String pid) {
        ConfigurationStatus status = shared.remove(pid);
        if (status != null) {
            status.report(context.rejections(), null);
        }
    }
}
