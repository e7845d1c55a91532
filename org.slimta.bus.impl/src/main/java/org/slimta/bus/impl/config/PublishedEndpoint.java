package org.slimta.bus.impl.config;

import java.util.Map;
import org.slimta.bus.api.BusClient;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.BusServer;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.whiteboard.HandlerDispatcher;
import org.slimta.bus.impl.whiteboard.MissingDependency;
import org.slimta.bus.impl.whiteboard.PipelineSpec;

/**
 * The receiving end of a configured bus, with everything that can receive from it: the handler of the bus, users of its
 * service, or one chain or proxy, which then has exclusive use of the end. Thread-safe.
 */
final class PublishedEndpoint {

    private final ConfigContext context;
    private final ReceivingEndpoint endpoint;
    private final Publication publication;
    private final Runnable directoryListener = this::startOrStopDispatcher;
    private final Runnable codecListener = this::checkReady;
    private String name;
    private BusClient<Object, Object> client;
    private volatile PipelineSpec pipeline;
    private HandlerDispatcher dispatcher; // This and the next are guarded by the endpoint.
    private boolean withdrawn;

    PublishedEndpoint(ConfigContext context, Map<String, Object> properties, ReceivingEndpoint endpoint) {
        this.context = context;
        this.endpoint = endpoint;
        this.publication = new Publication(context.bundleContext(), properties, this::onUse);
    }

    /** Fails with {@link Reason#CONNECT} if another bus with a receiving end has that name. */
    static void checkNameIsFree(String name, ConfigContext context) throws BusException {
        if (context.directory().endpoint(name) != null) {
            throw nameInUse(name);
        }
    }

    static BusException nameInUse(String name) {
        return new BusException(
                Reason.CONNECT,
                "another server, local bus or chain already uses slimta.bus.name=" + name + "; names must be unique");
    }

    /**
     * Publishes the receiving end, and the sending end if there is one.
     *
     * @param server the service for the receiving end
     * @param sendingEnd the service for the sending end, or null
     * @throws BusException with {@link Reason#CONNECT} if another bus has the name; then nothing is published
     */
    void open(BusServer<Object, Object> server, BusClient<Object, Object> sendingEnd, PipelineSpec firstPipeline)
            throws BusException {
        pipeline = firstPipeline;
        name = firstPipeline.name();
        client = sendingEnd;
        if (!context.directory().add(name, endpoint, client)) {
            throw nameInUse(name);
        }
        context.directory().addListener(directoryListener);
        context.codecs().addListener(codecListener);
        startOrStopDispatcher();
        publication.addWatched(BusServer.class, server);
        if (client != null) {
            publication.add(BusClient.class, client);
        }
        checkReady();
    }

    /** {@return whether a bundle uses the service, or a chain or proxy owns the end} */
    boolean isInUse() {
        return publication.isUsed() || endpoint.owner().get() != null;
    }

    /** {@return whether anything receives from this end now: a user, an owner, or a handler} */
    boolean hasReceiver() {
        HandlerDispatcher running = dispatcher();
        return isInUse() || (running != null && running.missing() == null);
    }

    private HandlerDispatcher dispatcher() {
        synchronized (endpoint) {
            return dispatcher;
        }
    }

    /**
     * Runs a dispatcher while nobody else owns the end. A new owner starts no transaction before this dispatcher has
     * stopped.
     */
    private void startOrStopDispatcher() {
        HandlerDispatcher starting = null;
        synchronized (endpoint) {
            boolean isMine = endpoint.owner().get() == null && !withdrawn;
            if (isMine && dispatcher == null) {
                starting = new HandlerDispatcher(pipeline, endpoint.inbox(), context.dispatchers(), () -> {});
                dispatcher = starting;
            } else if (!isMine && dispatcher != null && !withdrawn) {
                dispatcher.stop();
                dispatcher = null;
            }
        }
        if (starting != null) {
            starting.start(); // Not under the lock, because it loads classes.
        }
    }

    private void onUse() {
        context.execute(context.directory()::changed);
    }

    private void checkReady() {
        publication.update(() -> context.hasCodecs(pipeline.requestType(), pipeline.responseType()));
    }

    void change(Map<String, Object> properties, PipelineSpec newPipeline) {
        pipeline = newPipeline;
        HandlerDispatcher running = dispatcher();
        if (running != null) {
            running.reconfigure(newPipeline);
        }
        publication.change(properties);
        checkReady();
    }

    /**
     * Unpublishes both ends. What was accepted is still received. Waits until proxies have sent what they have
     * started to send to this bus, at most for the drainTimeout of each of them; what they have not started waits for
     * another bus of that name.
     */
    void withdraw() {
        synchronized (endpoint) {
            withdrawn = true;
        }
        ClosingSteps.run(publication::close, () -> {
            if (client != null) {
                context.directory().remove(name, null, client);
                context.dispatchers().awaitUnused(client);
            }
        });
    }

    /** Stops receiving. To be called after waiting for what was accepted. */
    void close() {
        context.directory().removeListener(directoryListener);
        context.codecs().removeListener(codecListener);
        context.directory().remove(name, endpoint, client);
        HandlerDispatcher stopping;
        synchronized (endpoint) {
            stopping = dispatcher;
            dispatcher = null;
        }
        if (stopping != null) {
            stopping.stop();
        }
    }

    void report(BusDTO bus) {
        HandlerDispatcher running = dispatcher();
        MissingDependency missing = running == null || isInUse() ? null : running.missing();
        if (running != null) {
            running.report(bus);
            if (missing != null) {
                bus.state = BusState.WAITING.label();
                bus.waitingFor = missing.message();
            }
        }
        String codec = context.missingCodec(pipeline.requestType(), pipeline.responseType());
        if (codec != null && (missing == null || missing.what() != MissingDependency.What.CODEC)) {
            bus.state = BusState.WAITING.label();
            bus.waitingFor = bus.waitingFor == null ? codec : bus.waitingFor + "; " + codec;
        }
    }
}
