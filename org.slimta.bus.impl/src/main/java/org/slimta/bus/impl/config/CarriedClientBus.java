package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.carrier.CarrierClient;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.spi.ClientCarrier;
import org.slimta.bus.spi.ConfiguredEnd;

/** A configured client whose requests are sent by the carrier of another bundle. */
final class CarriedClientBus<C> extends ConfiguredClientEnd<CarriedClientBus.CarriedClientSettings<C>>
        implements ConfiguredEnd {

    record CarriedClientSettings<C>(
            BusIdentity identity, C carrier, String serverAddress, Duration drainTimeout, ClientOptions options)
            implements ClientEndSettings {}

    private final ClientCarrier<C> carrier;

    CarriedClientBus(ConfigContext context, String kind, Map<String, Object> properties, ClientCarrier<C> carrier) {
        super(context, kind, properties);
        this.carrier = carrier;
        configure(properties);
    }

    @Override
    public void modified(Map<String, Object> properties) {
        configure(properties);
    }

    @Override
    public CompletionStage<Void> close() {
        deactivate();
        return whenClosed();
    }

    @Override
    CarriedClientSettings<C> read(Settings settings) throws InvalidConfigurationException {
        BusIdentity identity = BusIdentity.withTypes(settings);
        C own = carrier.read(new ReadSettings(settings));
        Duration drainTimeout = settings.duration("drainTimeout", DEFAULT_DRAIN_TIMEOUT);
        ClientOptions options = OptionsReader.carriedClient(settings);
        BusIdentity complete = identity.complete(settings); // Before the carrier sees settings that have a problem.
        return new CarriedClientSettings<>(complete, own, carrier.address(own), drainTimeout, options);
    }

    @Override
    ClientEnd<CarriedClientSettings<C>> openEnd(CarriedClientSettings<C> settings) throws BusException {
        return new End<>(new CarrierClient<>(
                carrier.open(settings.carrier()),
                PayloadType.named(settings.identity().responseType()),
                settings.options(),
                context().codecs(),
                context().resources().threads()));
    }

    @Override
    boolean isSameEnd(CarriedClientSettings<C> before, CarriedClientSettings<C> now) {
        return now.carrier().equals(before.carrier());
    }

    private record End<C>(CarrierClient<Object, Object> client) implements ClientEnd<CarriedClientSettings<C>> {

        @Override
        public void reconfigure(CarriedClientSettings<C> settings) {
            client.reconfigure(settings.options());
        }

        @Override
        public void awaitIdle(Duration timeout) {
            client.awaitIdle(timeout);
        }

        @Override
        public void close() {
            client.close();
        }

        @Override
        public void report(BusDTO bus) {
            client.report(bus);
        }
    }
}
