package org.slimta.bus.impl.config;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slimta.bus.api.BusException;
import org.slimta.bus.api.BusException.Reason;
import org.slimta.bus.api.runtime.BusDTO;
import org.slimta.bus.impl.status.BusState;
import org.slimta.bus.impl.whiteboard.HandlerDispatcher;
import org.slimta.bus.impl.whiteboard.MissingDependency;
import org.slimta.bus.impl.whiteboard.PipelineSpec;

/** Receives for a chain or a proxy from another configured bus, as the only receiver of that bus. */
final class ExclusiveReceiver {

    private final ConfigContext context;
    private final String name;
    private final String from;
    private final ReceivingEndpoint endpoint;
    private final Runnable directoryListener;
    private final AtomicBoolean lost = new AtomicBoolean();
    private volatile HandlerDispatcher dispatcher;

    /**
     * Takes ownership of the receiving end of a bus.
     *
     * @param name the name of the chain or proxy
     * @param from the name of the bus to receive from
     * @param onLost is called once when that bus has been closed or replaced
     * @throws BusException with {@link Reason#CONNECT} if there is no such bus, or another chain or proxy owns its end
     */
    ExclusiveReceiver(ConfigContext context, String name, String from, Runnable onLost) throws BusException {
        this.context = context;
        this.name = name;
        this.from = from;
        this.endpoint = context.directory().endpoint(from);
        if (endpoint == null) {
            throw new BusException(Reason.CONNECT, context.absence("from", from, NamedBus.End.RECEIVING));
        }
        if (!endpoint.owner().compareAndSet(null, name)) {
            throw new BusException(
                    Reason.CONNECT,
                    endpoint.owner().get() + " already receives from the bus " + from
                            + "; only one chain or proxy can do so");
        }
        this.directoryListener = () -> {
            if (context.directory().endpoint(from) != endpoint) {
                if (lost.compareAndSet(false, true)) {
                    onLost.run();
                }
            } else {
                dispatcher.refresh();
            }
        };
    }

    ReceivingEndpoint endpoint() {
        return endpoint;
    }

    /** Starts receiving. Loads classes, which may block. */
    void start(PipelineSpec pipeline, Runnable onChange) {
        context.directory().changed(); // The bus stops its own dispatcher.
        dispatcher = new HandlerDispatcher(pipeline, endpoint.inbox(), context.dispatchers(), onChange);
        dispatcher.start();
        context.directory().addListener(directoryListener);
        directoryListener.run(); // What changed before the listener was added was not reported to it.
    }

    void reconfigure(PipelineSpec pipeline) {
        dispatcher.reconfigure(pipeline);
    }

    /** {@return why no transaction is processed now, or null if nothing is missing} */
    MissingDependency missing() {
        HandlerDispatcher running = dispatcher;
        return running == null ? null : running.missing();
    }

    void report(BusDTO bus) {
        HandlerDispatcher running = dispatcher;
        if (running == null) {
            return; // The bus is being opened again.
        }
        running.report(bus);
        running.reportStatistics(bus);
        MissingDependency missing = running.missing();
        bus.state = (missing == null ? BusState.READY : BusState.WAITING).label();
        bus.waitingFor = missing == null ? null : missing.message();
        bus.requestType = endpoint.requestType();
        bus.responseType = endpoint.responseType();
        bus.address = "from " + from;
    }

    /** Begins the next period of the statistics. */
    void advance() {
        HandlerDispatcher running = dispatcher;
        if (running != null) {
            running.advance();
        }
    }

    /**
     * Starts no further transaction, and waits for those that have started. Then gives the ownership back.
     *
     * @param deadline when to stop waiting, a time of {@link System#nanoTime()}
     */
    void close(long deadline) {
        context.directory().removeListener(directoryListener);
        ClosingSteps.run(
                () -> {
                    if (dispatcher != null) {
                        dispatcher.stop();
                        dispatcher.awaitEnd(deadline);
                    }
                },
                () -> endpoint.owner().compareAndSet(name, null),
                context.directory()::changed);
    }
}
