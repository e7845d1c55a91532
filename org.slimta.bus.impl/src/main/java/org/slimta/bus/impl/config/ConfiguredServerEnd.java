package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.ServerOptions;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.Rejections.Kind;
import org.slimta.bus.impl.whiteboard.PipelineSpec;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/**
 * A configured bus that receives requests, whatever carries them: its name, services and handlers, its reports, and
 * how it is changed and closed.
 *
 * @param <S> its settings
 */
abstract class ConfiguredServerEnd<S extends ConfiguredServerEnd.ServerEndSettings> extends ConfiguredBus<S> {

    /** The settings of a bus that receives requests. */
    interface ServerEndSettings extends BusSettings {

        HandlerLimits handlerLimits();

        Duration missingCodecTimeout();

        Duration drainTimeout();
    }

    /** The settings of a bus that receives requests in frames. */
    interface FrameServerSettings extends ServerEndSettings {

        ServerOptions options();

        @Override
        default Duration missingCodecTimeout() {
            return options().missingCodecTimeout();
        }

        @Override
        default Duration drainTimeout() {
            return options().drainTimeout();
        }
    }

    private final String kind;
    private volatile ServerEnd<S> end;
    private volatile PublishedEndpoint published;

    ConfiguredServerEnd(ConfigContext context, String kind, Map<String, Object> properties) {
        super(context, kind, properties);
        this.kind = kind;
    }

    /**
     * Opens the end, which is published then. May block.
     *
     * @throws BusException why it cannot be opened, with a message for an administrator; then nothing is left open
     */
    abstract ServerEnd<S> openEnd(S settings) throws BusException;

    /** {@return whether an open end can be changed from the one to the other settings without being opened again} */
    abstract boolean isSameEnd(S before, S now);

    @Override
    final void open(S settings) throws BusException {
        PublishedEndpoint.checkNameIsFree(settings.identity().name(), context());
        published = null;
        end = null;
        ServerEnd<S> opened = openEnd(settings);
        end = opened;
        observe(settings);
        published = new PublishedEndpoint(context(), properties(settings), opened.endpoint());
        BusClient<Object, Object> client = opened.client();
        try {
            published.open(
                    new SharedServer(opened.server()),
                    client == null ? null : new SharedClient(client),
                    pipeline(settings));
        } catch (BusException e) {
            opened.close(true);
            throw e;
        }
    }

    private void observe(S settings) {
        end.reporting().observeWith(context().resources().observers(), properties(settings));
    }

    private Map<String, Object> properties(S settings) {
        return settings.identity().properties(kind, end.address());
    }

    private PipelineSpec pipeline(S settings) {
        return new PipelineSpec(
                settings.identity().name(),
                properties(settings),
                end.endpoint().requestType(),
                end.endpoint().responseType(),
                false,
                0,
                true,
                null,
                published::isInUse,
                settings.handlerLimits().maxConcurrent(),
                settings.handlerLimits().missingTimeout(),
                settings.missingCodecTimeout(),
                settings.drainTimeout());
    }

    @Override
    final boolean apply(S before, S now) throws BusException {
        if (!isSameEnd(before, now) || !now.identity().isSameBus(before.identity())) {
            return false;
        }
        end.reconfigure(now);
        observe(now);
        published.change(properties(now), pipeline(now));
        return true;
    }

    @Override
    final void closeNow() {
        ServerEnd<S> closing = end;
        PublishedEndpoint withdrawing = published;
        if (closing == null) {
            return; // Opening failed before there was anything.
        }
        if (withdrawing == null) {
            closing.close(false);
            return;
        }
        boolean hasReceiver = withdrawing.hasReceiver();
        ClosingSteps.run(withdrawing::withdraw, () -> closing.close(hasReceiver), withdrawing::close);
    }

    @Override
    public Set<End> ends() {
        return EnumSet.of(End.RECEIVING);
    }

    @Override
    final TargetedBus target(S settings) {
        return new TargetedBus(kind, settings.identity().name(), properties(settings), EnumSet.of(Kind.HANDLER));
    }

    @Override
    public final void advance() {
        ServerEnd<S> advancing = end;
        if (advancing != null) {
            advancing.reporting().advance();
        }
    }

    @Override
    final void reportOpen(BusDTO bus) {
        ServerEnd<S> reporting = end;
        if (reporting != null) { // Otherwise it is being opened again.
            reporting.report(bus);
        }
        PublishedEndpoint endpoint = published;
        if (endpoint != null) {
            endpoint.report(bus);
        }
    }
}
