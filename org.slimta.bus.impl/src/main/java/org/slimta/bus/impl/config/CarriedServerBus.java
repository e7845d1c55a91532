package org.slimta.bus.impl.config;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.carrier.CarrierCalls;
import org.slimta.bus.impl.carrier.CarrierServer;
import org.slimta.bus.impl.codecs.PayloadType;
import org.slimta.bus.impl.transaction.ManagedBus;
import org.slimta.bus.spi.ConfiguredEnd;
import org.slimta.bus.spi.ServerCarrier;

/** A configured server whose requests are brought by the carrier of another bundle. */
final class CarriedServerBus<C> extends ConfiguredServerEnd<CarriedServerBus.CarriedServerSettings<C>>
        implements ConfiguredEnd {

    record CarriedServerSettings<C>(
            BusIdentity identity, C carrier, String address, ServerOptions options, HandlerLimits handlerLimits)
            implements FrameServerSettings {}

    private final ServerCarrier<C> carrier;

    CarriedServerBus(ConfigContext context, String kind, Map<String, Object> properties, ServerCarrier<C> carrier) {
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
    CarriedServerSettings<C> read(Settings settings) throws InvalidConfigurationException {
        BusIdentity identity = BusIdentity.withTypes(settings);
        C own = carrier.read(new ReadSettings(settings));
        ServerOptions options = OptionsReader.carriedServer(settings);
        HandlerLimits handlerLimits = HandlerLimits.read(settings);
        BusIdentity complete = identity.complete(settings); // Before the carrier sees settings that have a problem.
        return new CarriedServerSettings<>(complete, own, carrier.address(own), options, handlerLimits);
    }

    @Override
    ServerEnd<CarriedServerSettings<C>> openEnd(CarriedServerSettings<C> settings) throws BusException {
        BusIdentity identity = settings.identity();
        CarrierServer<Object, Object> server = new CarrierServer<>(
                settings.address(),
                PayloadType.named(identity.requestType()),
                PayloadType.named(identity.responseType()),
                settings.options(),
                context().codecs(),
                context().resources().threads());
        try {
            return new End<>(
                    server,
                    Objects.requireNonNull(carrier.open(settings.carrier(), server), "the open carrier"),
                    new ReceivingEndpoint(server.inbox(), identity.requestType(), identity.responseType()),
                    settings.address());
        } catch (BusException | RuntimeException | Error e) {
            server.close(false);
            throw e;
        }
    }

    @Override
    boolean isSameEnd(CarriedServerSettings<C> before, CarriedServerSettings<C> now) {
        return now.carrier().equals(before.carrier());
    }

    @Override
    void reportDesired(CarriedServerSettings<C> settings, BusDTO bus) {
        bus.address = settings.address();
    }

    private record End<C>(
            CarrierServer<Object, Object> server,
            ServerCarrier.Open carrier,
            ReceivingEndpoint endpoint,
            String address)
            implements ServerEnd<CarriedServerSettings<C>> {

        @Override
        public BusClient<Object, Object> client() {
            return null;
        }

        @Override
        public void reconfigure(CarriedServerSettings<C> settings) {
            server.reconfigure(settings.options());
        }

        @Override
        public void close(boolean hasReceiver) {
            ClosingSteps.run(carrier::stop, () -> server.close(hasReceiver), carrier::close);
        }

        @Override
        public ManagedBus reporting() {
            return server;
        }

        @Override
        public void report(BusDTO bus) {
            server.report(bus);
            CarrierCalls.call("report", address, () -> carrier.report(bus));
        }
    }
}
