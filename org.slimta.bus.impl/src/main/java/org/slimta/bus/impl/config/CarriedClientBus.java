package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ClientOptions;
import org.slimta.bus.impl.carrier.CarrierClient;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.spi.Carrier;
import org.slimta.bus.spi.ClientCarrier;
import org.slimta.bus.spi.ConfiguredEnd;

/** A configured client whose requests are sent by the carrier of another bundle. */
final class CarriedClientBus<C> extends ConfiguredClientEnd<CarriedClientBus.CarriedClientSettings<C>>
        implements ConfiguredEnd {

    private static final Logger LOG = LoggerFactory.getLogger(CarriedClientBus.class);

    /** How long closing waits for a thread that is calling the carrier. */
    private static final long CARRIER_TIMEOUT_SECONDS = 5;

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
        Carrier opened = Objects.requireNonNull(carrier.open(settings.carrier()), "the open carrier");
        try {
            return new End<>(new CarrierClient<>(
                    opened,
                    PayloadType.named(settings.identity().responseType()),
                    settings.options(),
                    context().codecs(),
                    context().resources().threads()));
        } catch (RuntimeException | Error e) {
            ClosingSteps.run(
                    () -> {
                        throw e; // The first failure, whatever closing adds to it.
                    },
                    opened::close);
            throw e;
        }
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
            awaitCarrier();
        }

        /** Another thread may be calling the carrier now, which does not block; its bundle may stop after this. */
        private void awaitCarrier() {
            try {
                client.whenCarrierClosed().get(CARRIER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("The carrier of {} is still sending a request, and is closed after that", client);
            }
        }

        @Override
        public ManagedBus reporting() {
            return client;
        }

        @Override
        public String waitingFor() {
            return client.waitingFor();
        }

        @Override
        public void setListener(Runnable listener) {
            client.setListener(listener);
        }
    }
}
