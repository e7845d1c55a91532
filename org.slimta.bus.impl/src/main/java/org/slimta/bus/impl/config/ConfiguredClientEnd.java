package org.slimta.bus.impl.config;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.whiteboard.TargetedBus;

/**
 * A configured bus that sends requests, whatever carries them: its name and services, its reports, and how it is
 * changed and closed.
 *
 * @param <S> its settings
 */
abstract class ConfiguredClientEnd<S extends ConfiguredClientEnd.ClientEndSettings> extends ConfiguredBus<S> {

    /** The settings of a bus that sends requests. */
    interface ClientEndSettings extends BusSettings {

        /** {@return the address of the server for the services and reports, or null if it has none} */
        String serverAddress();

        Duration drainTimeout();
    }

    static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(5);

    private final String kind;
    private final Runnable codecListener = this::checkReady;
    private volatile S current;
    private volatile ClientEnd<S> end;
    private volatile BusClient<Object, Object> shared;
    private volatile Publication publication;

    ConfiguredClientEnd(ConfigContext context, String kind, Map<String, Object> properties) {
        super(context, kind, properties);
        this.kind = kind;
    }

    /**
     * Opens the end, which is published then. Does not wait for its server.
     *
     * @throws BusException why it cannot be opened, with a message for an administrator; then nothing is left open
     */
    abstract ClientEnd<S> openEnd(S settings) throws BusException;

    /** {@return whether an open end can be changed from the one to the other settings without being opened again} */
    abstract boolean isSameEnd(S before, S now);

    @Override
    final void open(S settings) throws BusException {
        String name = settings.identity().name();
        current = settings;
        publication = null;
        end = null;
        end = openEnd(settings);
        observe(settings);
        shared = new SharedClient(end.client());
        if (!context().directory().add(name, null, shared)) {
            end.close();
            throw new BusException(
                    Reason.CONNECT,
                    "another client or local bus already uses slimta.bus.name=" + name + "; names must be unique");
        }
        Publication opened = new Publication(context().bundleContext(), properties(settings), () -> {});
        publication = opened;
        publication.add(BusClient.class, shared);
        context().codecs().addListener(codecListener);
        // On another thread, since it activates components of users. It may come late: this publication may be closed
        // then.
        end.setListener(() -> context().execute(() -> checkReady(opened)));
        checkReady();
    }

    private void observe(S settings) {
        end.reporting().observeWith(context().resources().observers(), properties(settings));
    }

    private Map<String, Object> properties(S settings) {
        return settings.identity().properties(kind, settings.serverAddress());
    }

    private void checkReady() {
        checkReady(publication);
    }

    private void checkReady(Publication checked) {
        checked.update(() -> waitingFor() == null);
    }

    private String waitingFor() {
        BusIdentity identity = current.identity();
        String codec = context().missingCodec(identity.requestType(), identity.responseType());
        ClientEnd<S> open = end;
        return codec != null || open == null ? codec : open.waitingFor();
    }

    @Override
    final boolean apply(S before, S now) throws BusException {
        if (!isSameEnd(before, now) || !now.identity().isSameBus(before.identity())) {
            return false;
        }
        end.reconfigure(now);
        observe(now);
        current = now;
        publication.change(properties(now));
        checkReady();
        return true;
    }

    /** Unpublishes the client first; its users may still get the responses to transactions in progress. */
    @Override
    final void closeNow() {
        context().codecs().removeListener(codecListener);
        ClientEnd<S> closing = end;
        Publication unpublishing = publication;
        if (closing == null) {
            return; // Opening failed before there was anything.
        }
        ClosingSteps.run(
                () -> {
                    if (unpublishing != null) {
                        unpublishing.close();
                    }
                },
                () -> drain(closing, System.nanoTime() + current.drainTimeout().toNanos()));
    }

    private void drain(ClientEnd<S> closing, long deadline) {
        ClosingSteps.run(
                () -> context().directory().remove(current.identity().name(), null, shared),
                () -> context().dispatchers().awaitUnused(shared),
                () -> closing.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))),
                closing::close);
    }

    @Override
    public final Set<End> ends() {
        return EnumSet.of(End.SENDING);
    }

    @Override
    final TargetedBus target(S settings) {
        return new TargetedBus(kind, settings.identity().name(), properties(settings), Set.of());
    }

    @Override
    final void reportDesired(S settings, BusDTO bus) {
        bus.address = settings.serverAddress();
    }

    @Override
    public final void advance() {
        ClientEnd<S> advancing = end;
        if (advancing != null) {
            advancing.reporting().advance();
        }
    }

    @Override
    final void reportOpen(BusDTO bus) {
        ClientEnd<S> reporting = end;
        if (reporting != null) { // Otherwise it is being opened again.
            reporting.reporting().report(bus);
        }
        BusIdentity identity = current.identity();
        bus.requestType = identity.requestType();
        bus.waitingFor = waitingFor();
        bus.state = bus.waitingFor == null ? bus.state : BusState.WAITING.label();
    }
}
